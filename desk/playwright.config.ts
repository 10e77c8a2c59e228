import { defineConfig } from '@playwright/test';

// Debian's Chromium; nothing is downloaded.
export default defineConfig({
  testDir: 'tests/e2e',
  workers: 1,
  fullyParallel: false,
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
