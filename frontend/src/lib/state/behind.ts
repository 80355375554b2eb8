import type { SetupView } from '../backend';

const [noAnswer, nobody] = ['nothing', 'nobody'];

/**
 * Whose data lie behind the screens: the sample's, an account's, or nobody's; undefined while that is not known.
 * With every other word all that was read belongs to the one before.
 */
export function dataBehind(setup: SetupView | undefined, failed: boolean): string | undefined {
  if (!setup) return failed ? noAnswer : undefined;
  if (setup.demo) return 'sample';
  return setup.signIn.userId === '' ? nobody : `of ${setup.signIn.userId}`;
}

/** Whether what somebody did with the data that lay there should be forgotten with them. */
export function isSomebody(behind: string): boolean {
  return behind !== noAnswer && behind !== nobody;
}
