import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { root } from '../world.mjs';
import { accessible, expect, settled, test } from './house';

// The same pages over what the server computes of samples/flows/invented.csv and the example deals; where a server does not analyse, they are left out.
async function serves(server: string, path: string) {
  return path in (await (await fetch(server + '/openapi.json')).json()).paths;
}

test('flows of the invented statistics: a surge to a neighbour of Russia, and what one side does not receive', async ({ enter: go, page, house }) => {
  test.skip(!(await serves(house.server, '/v1/flows/surges')), 'this server analyses no flows');
  await go('Aslan', '#/flows');
  await settled(page);
  await expect(page.locator('.results .surge').first()).toBeVisible();
  // Three neighbours got more of listed goods; the direct trade fell.
  for (const partner of ['Kazakhstan', 'Kyrgyzstan', 'Armenia']) await expect(page.locator('.results tbody tr', { hasText: partner }).filter({ hasText: 'surge' }).first()).toBeVisible();
  await page.locator('.filters').getByLabel('Partner').selectOption('RU');
  await settled(page);
  await expect(page.locator('.results tbody tr').first()).toContainText('fall');
  await page.locator('.filters').getByLabel('Partner').selectOption('KG');
  await page.locator('.results tbody tr', { hasText: 'surge' }).first().getByRole('button').click();
  await settled(page);
  await expect(page.locator('svg polyline.run').first()).toBeVisible();
  await page.getByRole('button', { name: 'Show the rows behind it' }).click();
  await expect(page.locator('details table').first()).toContainText('invented.csv:');
  await accessible(page);
  await page.getByRole('button', { name: 'Gaps between two sides' }).click();
  await settled(page);
  await expect(page.locator('.results tbody tr', { hasText: 'Kyrgyzstan' }).filter({ hasText: 'goes missing' }).first()).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'The roundabout' }).click();
  await settled(page);
  await expect(page.locator('.say')).toContainText('times as much');
  await accessible(page);
});

test('exposure of the recorded deals, and a bank that is cut off', async ({ enter: go, page, house }) => {
  test.skip(!(await serves(house.server, '/v1/exposure')), 'this server tells no exposure');
  await go('Aslan', '#/exposure');
  await settled(page);
  const row = page.locator('tbody tr').first();
  await expect(row).toBeVisible();
  await row.getByRole('button').click();
  await settled(page);
  await expect(page.locator('.rounds li').first()).toContainText('deals');
  await accessible(page);
  for (const by of ['Regime', 'Country', 'Goods code', 'Route', 'Sector']) {
    await page.getByRole('button', { name: by, exact: true }).click();
    await settled(page);
    await expect(page.locator('main [role=alert]')).toHaveCount(0);
  }
});

test('two scenarios over the recorded deals, side by side', async ({ enter: go, page, house }) => {
  test.skip(!(await serves(house.server, '/v1/scenarios')), 'this server tries no scenarios');
  const deal = JSON.parse(readFileSync(join(root, 'examples/deals/01-clean-grain-to-uzbekistan.json'), 'utf8'));
  const listed = { title: 'The buyer is listed', designate: [{ name: deal.parties[1].name, schema: 'Company', country: deal.parties[1].country, list: 'us_ofac_sdn', program: 'RUSSIA-EO14024' }] };
  const stopped = { title: 'No transit through Russia', stop_transit: [{ country: 'RU' }] };
  await go('Aslan', '#/scenarios');
  await page.locator('.entry textarea').nth(0).fill(JSON.stringify(listed));
  await page.locator('.entry textarea').nth(1).fill(JSON.stringify(stopped));
  await page.getByRole('button', { name: 'See what follows' }).click();
  await expect(page.locator('article')).toHaveCount(2);
  await expect(page.locator('article').first()).toContainText('The buyer is listed');
  await expect(page.locator('article').first().locator('.big strong')).not.toHaveText('0');
  await accessible(page);
});
