// The pictures of docs/desk.md, taken of a fresh house: TAMGA=build/release/tamga node desk/scripts/pictures.mjs
// Where the program does not analyse flows, their pages show desk/tests/recorded.
import { chromium } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, startDesk } from '../tests/world.mjs';

const world = await startDesk();
const url = world.desk;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const folder = join(root, 'docs/desk');

async function post(who, path, body) {
  const told = await fetch(world.url + path, { method: 'POST', body, headers: { authorization: 'Bearer ' + world.tokens[who], 'content-type': 'application/json' } });
  if (!told.ok) throw new Error(`${path}: ${told.status} ${await told.text()}`);
  return told.json();
}
const licence = await post('Aslan', '/v1/licences', readFileSync(join(root, 'examples/licences/licence.json')));
await post('Gulnara', `/v1/proposals/${licence.id}/approve`);
await post('Aslan', '/v1/deals', readFileSync(join(root, 'examples/licences/deal.json')));
const of = async (deal) => (await (await fetch(`${world.url}/v1/deals?deal=${deal}`, { headers: { authorization: 'Bearer ' + world.tokens.Aslan } })).json()).deals[0].decision;
const asked = await post('Marat', '/v1/consultations', JSON.stringify({ decision: await of('KZ-2026-000109'), to: 'bis', question: 'May 800 signal processors go to Yekaterinburg?' }));
const alerts = await (await fetch(`${world.url}/v1/alerts?deal=KZ-2026-000116`, { headers: { authorization: 'Bearer ' + world.tokens.Aslan } })).json();

const described = await (await fetch(world.url + '/openapi.json')).json();
const recorded = [['/v1/flows/surges', 'surges'], ['/v1/flows/gaps', 'gaps'], ['/v1/flows/series', 'series'], ['/v1/exposure', 'exposure'], ['/v1/scenarios', 'scenarios']];

async function picture(name, who, at, { locale = 'en-GB', shade = 'light', width = 1120, height = 760, before, part } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme: shade, deviceScaleFactor: 1 });
  const page = await context.newPage();
  for (const [path, file] of recorded) {
    if (!(path in described.paths))
      await page.route(new RegExp(path), (route) => route.fulfill({ contentType: 'application/json', body: readFileSync(join(root, 'desk/tests/recorded', file + '.json'), 'utf8') }));
  }
  await page.goto(`${url}/${at}`);
  await page.locator('input[type=password]').fill(world.tokens[who]);
  await page.keyboard.press('Enter');
  await page.locator('#main h1').first().waitFor();
  await page.waitForFunction(() => !document.documentElement.dataset.busy && !document.querySelector('main .empty[role=status]'));
  await page.waitForTimeout(500);
  if (before) await before(page);
  await (part ? page.locator(part) : page).screenshot({ path: join(folder, name + '.png') });
  await context.close();
}
await picture('decision', 'Marat', '#/deals/KZ-2026-000103');
await picture('owners', 'Aslan', '#/deals/KZ-2026-000118', { part: '#owners' });
await picture('route', 'Aslan', '#/deals/KZ-2026-000105', { locale: 'ru', part: '#route' });
await picture('alert', 'Aslan', `#/alerts/${alerts.alerts[0].id}`, { shade: 'dark' });
await picture('packet', 'Marat', `#/consultations/${asked.id}`);
await picture('licence', 'Aslan', '#/licences/GBSIE2026-00417', { locale: 'kk', height: 640 });
await picture('audit', 'Olga', `#/audit/${await of('KZ-2026-000102')}`, { height: 640 });
await picture('phone', 'Aslan', '#/deals/KZ-2026-000111', { locale: 'kk', width: 360, height: 740 });
await picture('watch', 'Aslan', '#/watch', { height: 820 });
await picture('policy', 'Aslan', '#/policy?regime=eu&text=transit', { locale: 'ru', height: 640 });
await picture('flows', 'Aslan', '#/flows', { height: 1000 });
await picture('gaps', 'Aslan', '#/flows?view=gaps', { shade: 'dark', height: 640 });
await picture('exposure', 'Aslan', '#/exposure', {
  height: 900,
  before: async (page) => {
    await page.locator('td.acts button').first().click();
    await page.locator('.rounds').scrollIntoViewIfNeeded();
  },
});
const scenarios = ['listed-and-codes', 'transit-stopped'].map((name) => join(root, 'samples/scenarios', name + '.json')).filter(existsSync);
await picture('scenarios', 'Aslan', '#/scenarios', {
  height: 900,
  before: async (page) => {
    for (const i of [0, 1]) await page.locator('.entry textarea').nth(i).fill(scenarios[i] ? readFileSync(scenarios[i], 'utf8') : '{"title":"A bank is cut off","cut_off":[{"bic":"DDBKKZK0"}]}');
    await page.locator('form button.main').click();
    await page.locator('article').nth(1).waitFor();
    await page.waitForTimeout(500);
  },
});
await browser.close();
await world.stop();
