import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { root } from '../world.mjs';
import { accessible, enter, expect, settled, steady, test } from './house';

// The working group's pages over recorded answers, so that their pictures do not follow every mend of an estimate.
const recorded: [RegExp, string][] = [
  [/\/v1\/flows\/surges/, 'surges'], [/\/v1\/flows\/gaps/, 'gaps'], [/\/v1\/flows\/roundabout/, 'roundabout'], [/\/v1\/flows\/series/, 'series'], [/\/v1\/exposure/, 'exposure'], [/\/v1\/scenarios/, 'scenarios'],
];
async function answers(page: Page) {
  for (const [path, name] of recorded)
    await page.route(path, (route) => route.fulfill({ contentType: 'application/json', body: readFileSync(join(root, 'desk/tests/recorded', name + '.json'), 'utf8') }));
}
const pages = [
  { name: 'flows', at: '#/flows' },
  { name: 'flows-gaps', at: '#/flows?view=gaps' },
  { name: 'flows-roundabout', at: '#/flows?view=roundabout' },
  { name: 'exposure', at: '#/exposure?cut=HSPBDEH0' },
  { name: 'scenarios', at: '#/scenarios' },
];
const looks = [
  { name: 'en-light', lang: 'en', shade: 'light', size: { width: 1280, height: 900 }, tag: '@core' },
  { name: 'ru-dark', lang: 'ru', shade: 'dark', size: { width: 1280, height: 900 }, tag: '@whole' },
  { name: 'kk-360', lang: 'kk', shade: 'light', size: { width: 360, height: 740 }, tag: '@whole' },
] as const;

for (const look of looks) {
  test.describe(look.name, () => {
    test.use({ viewport: look.size, colorScheme: look.shade, locale: look.lang });
    for (const one of pages) {
      test(one.name, { tag: look.tag }, async ({ page, house }) => {
        const wrong: string[] = [];
        page.on('pageerror', (error) => wrong.push(error.message));
        page.on('console', (message) => {
          if (/Content Security Policy|Refused to/.test(message.text())) wrong.push(message.text());
        });
        await answers(page);
        await enter(page, house, 'Aslan', one.at);
        if (one.name === 'scenarios') {
          for (const i of [0, 1]) await page.locator('.entry textarea').nth(i).fill(`{"title":"${i}","cut_off":[{"bic":"DDBKKZK0"}]}`);
          await page.locator('form button.main').click();
          await page.locator('article').nth(1).waitFor();
        }
        await settled(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.size.width);
        await accessible(page);
        expect(wrong).toEqual([]);
        await steady(page);
        await expect(page).toHaveScreenshot(`${one.name}-${look.name}.png`);
      });
    }
  });
}

test('a surge is shown with its series, the break and the rows behind it', async ({ enter: go, page }) => {
  await answers(page);
  await go('Aslan', '#/flows');
  await expect(page.locator('svg .sum').first()).toBeVisible();
  // The gravest stands there before anybody asks.
  await expect(page.locator('svg line.break')).toHaveCount(1);
  await expect(page.locator('svg polyline.run').first()).toBeVisible();
  const row = page.locator('.results tbody tr', { hasText: 'Kazakhstan' }).first();
  const code = await row.locator('code').innerText();
  await row.getByRole('button').click();
  await expect(page.locator('section[aria-live] h2')).toContainText(`${code} → Kazakhstan`);
  await page.getByRole('button', { name: 'Show the rows behind it' }).click();
  await expect(page.locator('details table').first()).toContainText('invented.csv:');
  await page.locator('.filters').getByLabel('Partner').selectOption('KZ');
  await settled(page);
  expect(await page.locator('.results tbody tr:not(:has-text("Kazakhstan"))').count()).toBe(0);
  await page.locator('.filters').getByLabel('Partner').selectOption('RU');
  await page.getByLabel('Verdict').selectOption('fall');
  await expect(page.locator('.results tbody tr').first()).toContainText('Russia');
  await page.getByLabel('Verdict').selectOption('surge');
  await expect(page.locator('main')).toContainText('Nothing fits');
});

test('a scenario is dropped, two stand side by side, and a broken one is told', async ({ enter: go, page }) => {
  await answers(page);
  await go('Aslan', '#/scenarios');
  const data = await page.evaluateHandle(() => {
    const files = new DataTransfer();
    files.items.add(new File(['{"title":"one"}'], 'a.json'));
    files.items.add(new File(['{"title":"two"'], 'b.json'));
    return files;
  });
  await page.locator('.entry').first().dispatchEvent('drop', { dataTransfer: data });
  await expect(page.locator('.entry textarea').nth(1)).toHaveValue('{"title":"two"');
  await page.getByRole('button', { name: 'See what follows' }).click();
  await expect(page.getByRole('alert')).toContainText('Scenario 2');
  await page.locator('.entry textarea').nth(1).fill('{"title":"two"}');
  const [asked] = await Promise.all([page.waitForRequest(/\/v1\/scenarios/), page.getByRole('button', { name: 'See what follows' }).click()]);
  expect(asked.postDataJSON()).toEqual({ scenarios: [{ title: 'one' }, { title: 'two' }] });
  await expect(page.locator('article')).toHaveCount(2);
  await expect(page.locator('article').first()).toContainText('of 21 deals end otherwise');
});

test('where nothing was imported the page says so', async ({ enter: go, page }) => {
  await page.route(/\/v1\/(flows|exposure)/, (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{"title":"Not Found","status":404,"detail":"nothing was imported"}' }));
  await go('Aslan', '#/flows');
  await expect(page.locator('main')).toContainText('No statistics were imported yet');
  await accessible(page);
  await page.goto(page.url().split('#')[0] + '#/exposure');
  await expect(page.locator('main')).toContainText('No deal is recorded');
});
