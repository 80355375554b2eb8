import { text } from '../../lib/text';

/** Shorter than any code Oura is known to give out. */
const shortest = 8;

/** What is wrong with a pasted code; "" when nothing is. White space around it is taken off before it is saved. */
export function codeProblem(code: string, missing: string): string {
  const t = text.wizard.client;
  const trimmed = code.trim();
  if (trimmed === '') return missing;
  if (/\s/.test(trimmed)) return t.space;
  if (/^https?:\/\//i.test(trimmed) || trimmed.includes('@')) return t.notCode;
  return trimmed.length < shortest ? t.tooShort : '';
}

/** As codeProblem; an empty secret is fine while one is stored. */
export function secretProblem(secret: string, id: string, stored: boolean): string {
  if (stored && secret.trim() === '') return '';
  const problem = codeProblem(secret, text.wizard.client.secretMissing);
  return problem === '' && secret.trim() === id.trim() ? text.wizard.client.same : problem;
}

/** The same address with a slash at the end, or without one when it has it. */
export function otherSlash(uri: string): string {
  return uri.endsWith('/') ? uri.slice(0, -1) : `${uri}/`;
}
