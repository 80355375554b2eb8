/** What the program knows of itself, for whoever looks for a fault. */
export const diagnostics = {
  title: 'Diagnostics',
  text: 'A page about the program itself, to add to a report when something does not work.',
  holds: 'In it: versions, the state and what is wrong, counts, settings, and the newest lines of the log.',
  lacks: 'Never in it: health values, secrets, your name and e-mail, addresses, names of your folders and files.',
  sent: 'It is sent nowhere. You see all of it, and then copy or save it yourself.',
  look: 'Look at it',
  all: 'This is all of it. Copy it, or save it as a file, and give it to whom you like. The program sends it nowhere.',
  reading: 'It is being put together.',
  region: 'Text of the diagnostics',
  what: 'diagnostics',
  save: 'Save…',
  saved: (name: string) => `Saved as ${name}.`,
};
