/** How the browser is started: the system's own Chromium, quiet on the network. */
export const launch = {
  executablePath: process.env['OURA_E2E_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};
