import { defineConfig } from '@playwright/test';
import { launch } from './e2e/launch';

/** Where the pretended window is served; the real one says so itself by OURA_E2E_URL. */
const fakeUrl = `http://127.0.0.1:${process.env['OURA_E2E_PORT'] ?? 24198}`;
const realUrl = process.env['OURA_E2E_URL'] ?? 'http://127.0.0.1:24199';

export default defineConfig({
  testDir: 'e2e',
  outputDir: process.env['OURA_E2E_OUTPUT'] ?? 'test-results',
  globalSetup: './e2e/setup.ts',
  fullyParallel: true,
  workers: Number(process.env['OURA_E2E_WORKERS'] ?? 2),
  // On a shared machine in CI a test may be tried once more; the summary then names it as flaky.
  retries: process.env['CI'] ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    timezoneId: 'Europe/Helsinki',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    launchOptions: launch,
  },
  projects: [
    // One page for all tests of a worker, emptied between them: loading the program is most of what a test costs.
    { name: 'fake', testDir: 'e2e/fake', use: { baseURL: fakeUrl, reuseContext: true } },
    // The dev binary holds one state for all: its specs run one after another.
    { name: 'real', testDir: 'e2e/real', fullyParallel: false, workers: 1, use: { baseURL: realUrl } },
  ],
});
