/** A newer version: asked for only where somebody wants it. */
export const updates = {
  title: 'Newer versions',
  text: 'Off until you want it, because nothing leaves this computer unless you choose it. Then the program asks once a day which version is the newest, and nothing else: not who you are, not which version you have. It downloads and installs nothing.',
  on: 'Ask once a day whether there is a newer version',
  impossible: 'This build is no release, so there is nobody to ask.',
  asked: (when: string) => `Asked ${when}`,
  newest: 'This is the newest version known.',
  newsTitle: (version: string) => `Version ${version} is there`,
  news: 'See what is new, and get it when you like.',
  see: 'See what is new',
  later: 'Not this one',
};
