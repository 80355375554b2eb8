import { plural } from './plural';

/** Notifications: the list in the window and the part of Settings. */
export const notices = {
  title: 'Notifications',
  text: 'You are always told when the program needs you, and of the end of work that took longer than ten seconds.',
  bell: (unread: number) => (unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`),
  many: '99+',
  list: 'What you were told, newest first',
  unread: (n: number) => (n === 0 ? 'All read' : `${n} unread`),
  readAll: 'Mark all as read',
  isUnread: 'Unread.',
  over: 'Ended',
  emptyTitle: 'Nothing since the program started',
  empty: 'What the program tells you shows up here and stays until it ends, also when your system shows no notifications.',
  failedTitle: 'The notifications could not be read',
  settings: 'Choose what you are told',
  groups: { needs: 'Needs you', night: 'Last night', documents: 'New data', work: 'Work', program: 'Oura Streaming' } as Record<string, string>,

  shown: 'Your system shows notifications.',
  noneTitle: 'Your system shows no notifications',
  none: 'Everything you are told since the program started is in the list behind the bell at the top.',
  asking: 'The system is being asked whether it shows notifications.',
  quiet: 'When your system is set not to disturb, it decides what is shown.',
  test: 'Send a test notification',
  tested: 'Sent. Your system decides whether and how long it is shown.',
  sleep: 'Last night is in, once a day',
  types: 'New data',
  typesText: 'Off for all types as it comes. More than three a minute become one notification. Your history is never told.',
  chosen: (n: number) => (n === 0 ? 'None' : `${n} ${plural(n, 'type', 'types')}`),
  values: 'Show health values in notifications',
  valuesText: 'A notification can be read by whoever sees your screen, also while it is locked, and your system may keep it.',
};
