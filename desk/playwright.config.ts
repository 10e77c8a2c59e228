import { defineConfig } from '@playwright/test';

// Debian's Chromium; nothing is downloaded.
export default defineConfig({
  testDir: 'tests/e2e',
  workers: 1,
  fullyParallel: false,
  // A second try is told as "flaky" in the list, and is for a machine that stood still, not for a page that is sometimes wrong.
  retries: process.env.CI ? 1 : 0,
  // For a machine that builds something else meanwhile: a test waits for what the page says, and ends when it says it.
  timeout: 180_000,
  expect: { timeout: 45_000, toHaveScreenshot: { maxDiffPixelRatio: 0.005, threshold: 0.25, caret: 'initial' } },
  reporter: [['list']],
  snapshotPathTemplate: 'tests/e2e/reference/{arg}{ext}',
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--font-render-hinting=none', '--disable-lcd-text'] },
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    actionTimeout: 45_000,
    navigationTimeout: 60_000,
    colorScheme: 'light',
  },
});
