/** How the program starts, what closing its window does, what the desktop lacks. */
export const start = {
  title: 'Start and close',
  text: 'What arrives while the program does not run is fetched once it runs again.',
  login: 'Start when I sign in',
  hidden: 'Start without the window',
  hiddenText: 'Only the icon in the tray shows then. Where no tray shows it, the window comes all the same.',
  movedTitle: 'Another copy starts when you sign in',
  moved: (path: string) => `${path} is not the program that runs now; it was moved, or there are two.`,
  repair: 'Start this one',
  closing: 'When the window is closed',
  choices: {
    keep: { label: 'Keep running in the tray', hint: 'Data keeps arriving. Quit from the tray’s menu. Without a tray, closing quits.' },
    quit: { label: 'Quit', hint: 'Nothing arrives until the next start.' },
  },
  closingSystem: 'Closing the window keeps the program running, as on every Mac. Quit it from its menu.',
  lacks: 'What this desktop lacks',
  lacksNone: 'Tray, notifications and keychain are all there.',
  lack: {
    tray: 'This desktop offers no tray',
    notifications: 'This desktop offers no notifications',
    keychain: 'This desktop offers no keychain',
  },
  kept: 'Oura Streaming kept running in the tray while its window was closed.',
  change: 'Change',
};
