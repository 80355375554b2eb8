import { text } from '../../lib/text';

const longestName = 60;

/** What is wrong with the name of a token; "" when nothing is. */
export function nameProblem(name: string): string {
  const length = [...name.trim()].length;
  if (length === 0) return text.data.programs.nameMissing;
  return length > longestName ? text.data.programs.nameLong : '';
}

/** A line for a terminal that reads the newest events. Address and token hold nothing that a shell would read as more. */
export function curlLine(apiUrl: string, token: string): string {
  return `curl -H 'Authorization: Bearer ${token}' '${apiUrl}/events?limit=5'`;
}
