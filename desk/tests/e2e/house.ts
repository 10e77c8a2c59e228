import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { people, startDesk } from '../world.mjs';

export type Who = keyof typeof people;
interface House {
  url: string; // of the desk
  data: string;
  server: string;
  tokens: Record<Who, string>;
}

async function open(options: { real?: boolean }, use: (house: House) => Promise<void>) {
  const world = await startDesk(options);
  await use({ url: world.desk, data: world.data, server: world.url, tokens: world.tokens as Record<Who, string> });
  await world.stop();
}

/** One house for all tests of a run over the sample lists, and one over the published lists at full size for those that ask for it. */
export const test = base.extend<{ enter: (who: Who, at?: string) => Promise<Page> }, { house: House; real: House }>({
  house: [async ({}, use) => open({}, use), { scope: 'worker', timeout: 300_000 }],
  real: [async ({}, use) => open({ real: true }, use), { scope: 'worker', timeout: 300_000 }],
  enter: async ({ page, house }, use) => {
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    // A page that its own policy stops is broken, however it looks.
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) wrong.push(message.text());
    });
    await use((who, at = '') => enter(page, house, who, at));
    expect(wrong).toEqual([]);
  },
});

/** Signs in as the desk's own page does, by the same request, and opens a page. */
export async function enter(page: Page, house: House, who: Who, at = ''): Promise<Page> {
  const told = await page.request.post(house.url + '/v1/session', { headers: { authorization: 'Bearer ' + house.tokens[who] } });
  // 409: this browser has a session already.
  if (!told.ok() && told.status() !== 409) throw new Error(`${who} could not sign in: ${told.status()} ${await told.text()}`);
  // Another "#" alone loads nothing anew, and the page would not know who has signed in.
  const same = page.url().startsWith(house.url);
  await page.goto(house.url + '/' + at);
  if (same) await page.reload();
  await page.locator('#main h1').first().waitFor();
  return page;
}

/** Nothing is under way and nothing is drawn any more: the page says itself what it waits for (lib/busy.ts), however slow the machine. */
export async function settled(page: Page) {
  await page.locator('#main').first().waitFor();
  await page.waitForFunction(
    () =>
      new Promise<boolean>((done) => {
        const still = () => !document.documentElement.dataset.busy && !document.querySelector('main .empty[role=status]');
        const shape = () => document.body.innerText.length + ' ' + document.body.scrollHeight + ' ' + document.querySelectorAll('*').length;
        if (!still()) return done(false);
        void document.fonts.ready.then(() => {
          const before = shape();
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(still() && shape() === before), 60)));
        });
      }),
    undefined,
    { timeout: 60_000 },
  );
}

/** What differs from day to day is not a part of a reference picture. The page's policy lets nobody put a style into it, so this is a sheet made by script. */
export async function steady(page: Page) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('time, .volatile, .age, code, svg text.low, .late { visibility: hidden !important } * { caret-color: transparent !important; transition: none !important }');
    document.adoptedStyleSheets = [sheet];
  });
}

export async function accessible(page: Page) {
  const told = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(told.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([]);
}

export { expect };
