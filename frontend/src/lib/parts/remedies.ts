import { text } from '../text';

/** What a failed sign-in can be mended with. */
export type SignInRemedy = 'again' | 'client';

/** One table from an error code to its button; what is not listed can simply be tried again. */
const table: Record<string, { label: string; does: SignInRemedy }> = {
  redirect_mismatch: { label: text.remedies.checkRedirect, does: 'client' },
  client_rejected: { label: text.remedies.checkClient, does: 'client' },
  not_configured: { label: text.remedies.checkClient, does: 'client' },
};

export function signInRemedy(code: string): { label: string; does: SignInRemedy } {
  return (Object.hasOwn(table, code) ? table[code] : undefined) ?? { label: text.remedies.again, does: 'again' };
}
