import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { root } from '../world.mjs';
import { accessible, enter, expect, settled, test } from './house';

const example = (path: string) => readFileSync(join(root, 'examples', path), 'utf8');

async function drop(page: Page, name: string, text: string) {
  const file = await page.evaluateHandle(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    return data;
  }, [name, text] as const);
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: file });
}
const verdict = (page: Page) => page.locator('.card .verdict');

test('from a dropped deal over a consultation and a licence to pass, with four eyes', { tag: '@core' }, async ({ browser, house }) => {
  test.setTimeout(240_000);
  const deal = example('licences/deal.json');
  const [aslan, gulnara, marat] = await Promise.all(
    (['Aslan', 'Gulnara', 'Marat'] as const).map(async (who) => enter(await (await browser.newContext({ locale: 'en-GB' })).newPage(), house, who)),
  );

  // Without the licence that it names the deal needs one.
  await aslan.goto(house.url + '/#/new');
  await drop(aslan, 'deal.json', deal);
  await expect(aslan.getByLabel('Number of the deal')).toHaveValue('KZ-2026-000201');
  await accessible(aslan);
  await aslan.getByRole('button', { name: 'Clear and record' }).click();
  await expect(verdict(aslan)).toHaveText('Licence required');
  await expect(aslan.locator('.card')).toContainText('uk', { ignoreCase: true });

  // The liaison asks the authority.
  await marat.goto(aslan.url());
  await marat.getByRole('button', { name: 'Ask an authority' }).click();
  await marat.getByLabel('The question').fill('May 300 signal processors go to the hospital?');
  await marat.getByRole('button', { name: 'Make the packet' }).click();
  await expect(marat.locator('.packet')).toContainText('May 300 signal processors go to the hospital?');
  await expect(marat.locator('.packet')).toContainText('Signal processors');
  await accessible(marat);
  const [pdf] = await Promise.all([marat.waitForEvent('download'), marat.getByRole('link', { name: 'Download PDF' }).click()]);
  expect(readFileSync(await pdf.path()).subarray(0, 5).toString()).toBe('%PDF-');
  await marat.getByLabel('Reference').fill('OUT-17');
  await marat.getByRole('button', { name: 'Record as sent' }).click();
  await marat.getByRole('textbox', { name: 'The authority’s answer' }).fill('Licence GBSIE2026-00417 is granted.');
  await marat.getByRole('button', { name: 'Record the answer' }).click();
  await expect(marat.locator('dl.facts').first()).toContainText('answered');

  // One proposes the licence, and cannot approve it; another does.
  await aslan.goto(house.url + '/#/licences');
  await aslan.getByRole('button', { name: 'Record a licence' }).click();
  await aslan.getByRole('button', { name: 'JSON' }).click();
  await aslan.getByLabel('The licence as JSON').fill(example('licences/licence.json'));
  await aslan.getByRole('button', { name: 'Propose', exact: true }).click();
  await expect(aslan.getByText('Your own proposal')).toBeVisible();
  await expect(aslan.getByRole('button', { name: 'Approve' })).toHaveCount(0);
  await gulnara.goto(house.url + '/#/proposals');
  const proposal = gulnara.getByRole('article', { name: 'New licence' });
  await expect(proposal).toContainText('500 pcs');
  await accessible(gulnara);
  await proposal.getByRole('button', { name: 'Approve' }).click();
  await expect(proposal).toContainText('approved');

  // The same deal again.
  await aslan.goto(house.url + '/#/deals/KZ-2026-000201');
  await aslan.getByRole('button', { name: 'Clear again' }).click();
  await aslan.getByRole('button', { name: 'Clear and record' }).click();
  await expect(verdict(aslan)).toHaveText('Pass');
  await expect(aslan.locator('.card .sentence')).toContainText('GBSIE2026-00417');
  await aslan.goto(house.url + '/#/licences');
  await expect(aslan.getByText('200 of 500 left')).toBeVisible();
  await expect(aslan.getByRole('img', { name: '300 of 500 used' })).toBeVisible();
  await accessible(aslan);
  await aslan.getByRole('link', { name: 'GBSIE2026-00417' }).first().click();
  await expect(aslan.locator('table').first()).toContainText('KZ-2026-000201');
  await accessible(aslan);
  await aslan.getByRole('button', { name: 'Goods have left' }).click();
  await expect(aslan.locator('main [role=status]').first()).toContainText('have left');
});

test('a trial records nothing', async ({ enter: go, page, house }) => {
  await go('Aslan', '#/new');
  await drop(page, 'x.json', example('deals/09-us-chips-to-russia.json').replace('KZ-2026-000109', 'TRIAL-1'));
  await page.getByRole('button', { name: 'Try without recording' }).click();
  await expect(verdict(page)).toHaveText('Licence required');
  await expect(page.locator('#nexus li.yes').first()).toBeVisible();
  const found = await page.request.get(house.url + '/v1/deals?deal=TRIAL-1');
  expect((await found.json()).deals).toEqual([]);
});

test('a payment message: a decision for each transaction', async ({ enter: go, page }) => {
  await go('Aslan', '#/new');
  await drop(page, 'pacs.xml', example('payments/01-pacs008-listed-bank.xml'));
  await page.getByRole('button', { name: 'Clear and record' }).click();
  await expect(page.locator('table tbody tr')).toHaveCount(2);
  await page.getByRole('link', { name: /BZT-2026-119/ }).click();
  await expect(verdict(page)).toHaveText('Prohibited');
  await expect(page.locator('#hits')).toContainText('VTB');
});

test('a deal by the form', async ({ enter: go, page }) => {
  await go('Aslan', '#/new');
  await page.getByRole('button', { name: 'Form' }).click();
  await page.getByLabel('Number of the deal').fill('FORM-1');
  await page.getByLabel('Name', { exact: true }).nth(0).fill('Tobyl Astyk Trade LLP');
  await page.getByLabel('Country').nth(0).fill('kz');
  await page.getByLabel('Name', { exact: true }).nth(1).fill('АО «Корпорация „Тактическое ракетное вооружение“»');
  await page.getByLabel('Country').nth(1).fill('ru');
  await page.getByLabel('What it is').nth(1).selectOption('Company');
  await page.getByLabel('Description').fill('Steel pipes');
  await page.getByLabel('Code').fill('730490');
  await page.getByRole('button', { name: 'Clear and record' }).click();
  await expect(verdict(page)).toHaveText('Prohibited');
  await expect(page.locator('#hits .align')).toContainText(['Тактическое']);
  // What the form left out is missing, not "none".
  await expect(page.locator('.missing')).not.toBeEmpty();
});

test('what is refused says why', async ({ enter: go, page }) => {
  await go('Aslan', '#/new');
  await drop(page, 'x.txt', 'hello');
  await expect(page.getByRole('alert')).toContainText('neither a deal, nor a table of goods, nor a payment message');
  await page.getByRole('button', { name: 'JSON' }).click();
  await page.locator('textarea.code').fill('{"id":"x","parties":[{"role":"nobody","name":"a"}],"goods":[]}');
  await page.getByRole('button', { name: 'Clear and record' }).click();
  await expect(page.getByRole('alert')).toContainText('/parties/0/role');
});

test('the queue by keyboard alone, and the second approval too', { tag: '@core' }, async ({ browser, house }) => {
  test.setTimeout(300_000);
  const aslan = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await aslan.goto(house.url);
  await aslan.locator('input[type=password]').waitFor();
  await aslan.keyboard.press('Tab');
  await aslan.keyboard.insertText(house.tokens.Aslan);
  await aslan.keyboard.press('Enter');
  await aslan.locator('#main h1').waitFor();
  const press = async (page: Page, ...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press(aslan, 'g', 'q');
  await expect(aslan.locator('h1')).toHaveText('Alerts');
  await aslan.locator('.queue .item').first().waitFor();
  // To the possible namesake, from the end of the queue.
  const namesake = aslan.locator('.item[aria-current]', { hasText: 'KZ-2026-000116' });
  for (let i = 0; i < 60 && !(await namesake.count()); ++i) {
    // Asked of the page itself: the browser tells the test of a new "#" later than the page shows it.
    const before = await aslan.evaluate(() => location.hash);
    await press(aslan, 'k');
    if ((await aslan.evaluate(() => location.hash)) === before) break;
  }
  await expect(namesake).toHaveCount(1);
  await aslan.locator('article .align').first().waitFor();
  await press(aslan, 'Enter');
  await expect(aslan.locator('article h2')).toBeFocused();
  await expect(aslan.locator('article table').first()).toContainText('Kazakhstan');
  await accessible(aslan);
  // A person looks before typing: the form first, then the keys that are meant for it.
  await press(aslan, 'n');
  await aslan.getByRole('dialog').waitFor();
  await aslan.keyboard.type('passport asked for');
  await press(aslan, 'Tab', 'Enter');
  await expect(aslan.getByRole('dialog')).toHaveCount(0);
  await expect(aslan.locator('article')).toContainText('passport asked for');
  await press(aslan, 'e');
  await aslan.getByRole('dialog').waitFor();
  await press(aslan, 'Tab', 'Enter');
  await expect(aslan.getByRole('dialog')).toHaveCount(0);
  await expect(aslan.locator('.item[aria-current]')).toContainText('escalated');
  await press(aslan, 'c');
  await aslan.getByRole('dialog').waitFor();
  await accessible(aslan);
  await press(aslan, 'Space', 'Tab');
  await aslan.keyboard.type('born in 1991, the listed one in 1960');
  await press(aslan, 'Tab', 'Enter');
  await expect(aslan.getByRole('dialog')).toHaveCount(0);
  const id = decodeURIComponent(aslan.url().split('/alerts/')[1]);
  await expect(aslan.getByRole('article', { name: 'Close an alert' })).toContainText('born in 1991');
  await expect(aslan.locator(`li[data-id="${id}"]`)).toHaveCount(1);

  const gulnara = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await enter(gulnara, house, 'Gulnara');
  await press(gulnara, 'g', 'p');
  await gulnara.getByRole('article').first().waitFor();
  for (let i = 0; i < 20 && !(await gulnara.locator('article.current', { hasText: id }).count()); ++i) await press(gulnara, 'j');
  await press(gulnara, 'y');
  await expect(gulnara.locator('article.current')).toContainText('approved');
  // The queue of the first follows by itself.
  await expect(aslan.locator(`li[data-id="${id}"]`)).toHaveCount(0);
  await expect(aslan.locator('article').first()).toContainText('closed');
  // A true hit offers no reason that would clear it.
  await aslan.goto(house.url + '/#/alerts?deal=KZ-2026-000103');
  await aslan.locator('.item', { hasText: 'Prohibited' }).first().waitFor();
  await press(aslan, 'j');
  await aslan.locator('article h2').waitFor();
  await press(aslan, 'c');
  await expect(aslan.getByRole('radio', { name: 'Licence' })).toBeVisible();
  await expect(aslan.getByRole('radio', { name: 'False hit' })).toHaveCount(0);
  // The key right after the one that shuts a form is not lost, however fast it comes: Escape is "cancel" here, and no time passes.
  for (let i = 0; i < 3; ++i) {
    await aslan.evaluate(async () => {
      document.querySelector('dialog')!.dispatchEvent(new Event('cancel', { cancelable: true }));
      await Promise.resolve();
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true, cancelable: true }));
    });
    await aslan.getByRole('dialog', { name: 'Keys' }).waitFor();
  }
  await press(aslan, 'Escape');
  // Single keys can be switched off.
  await press(aslan, '?');
  await aslan.getByRole('checkbox', { name: 'Keys of one letter work' }).uncheck();
  await press(aslan, 'Escape', 'c');
  await expect(aslan.getByRole('dialog')).toHaveCount(0);
});

test('search answers as one types', async ({ enter: go, page }) => {
  await go('Aslan');
  await page.keyboard.press('/');
  const box = page.getByRole('combobox', { name: 'Search' });
  await expect(box).toBeFocused();
  for (const [typed, found] of [['Сбербанк', 'SBERBANK'], ['854239', 'Goods code'], ['150740014571', 'KZ-2026-000103'], ['7707083893', 'SBERBANK'], ['9524451', 'KZ-2026-000107'], ['SABRRUMM', 'SBERBANK'], ['ZZZU4812054', 'KZ-2026-000119']]) {
    await box.fill('');
    await box.pressSequentially(typed);
    await expect(page.getByRole('option').filter({ hasText: new RegExp(found, 'i') }).first()).toBeVisible();
  }
  await accessible(page);
  await box.fill('igor sechin');
  await expect(page.getByRole('option').filter({ hasText: 'Listed' }).first()).toBeVisible();
  for (let i = 0; i < 12 && !(await page.locator('[role=option][aria-selected=true]', { hasText: 'Listed' }).count()); ++i) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toContainText(/sechin/i);
});

test('languages change without a reload, and recorded sentences with them', { tag: '@core' }, async ({ enter: go, page }) => {
  await go('Aslan', '#/deals/KZ-2026-000103');
  await settled(page);
  await page.evaluate(() => ((window as unknown as { kept: number }).kept = 1));
  await expect(page.locator('.sentence')).toContainText('is 50 % owned by');
  await expect(page.locator('#goods')).toContainText('96,000 EUR');
  await page.getByRole('button', { name: 'Русский' }).click();
  await expect(verdict(page)).toHaveText('Запрещено');
  await expect(page.locator('.sentence')).not.toContainText('owned');
  await expect(page.locator('.sentence')).toContainText(/принадлежит|владе/);
  await expect(page.locator('#goods')).toContainText('96\u00a0000 EUR');
  await page.getByRole('button', { name: 'Қазақша' }).click();
  await expect(verdict(page)).toHaveText('Тыйым салынған');
  await expect(page.locator('.sentence')).toContainText(/иел|тиесілі/);
  expect(await page.evaluate(() => [(window as unknown as { kept: number }).kept, document.documentElement.lang])).toEqual([1, 'kk']);
});

test('the browser says what the program says', async ({ enter: go, page, house }) => {
  // tamga clear --lang ru prints its sentences by src/language; the desk makes them again by itself.
  await go('Aslan', '#/deals/KZ-2026-000109');
  for (const [code, name] of [['ru', 'Русский'], ['kk', 'Қазақша']] as const) {
    await page.getByRole('button', { name }).click();
    await settled(page);
    const sentences = await page.locator('#findings tbody tr p:first-child').allInnerTexts();
    const { decided, asOf } = await import('../world.mjs');
    const said: string = decided(house.data, 'Aslan', '--lang', code, 'clear', join(root, 'examples/deals/09-us-chips-to-russia.json'), '--as-of', asOf, '--no-record');
    const flat = said.replace(/\s+/g, ' ');
    expect(sentences.length).toBeGreaterThan(5);
    expect(flat).toContain(sentences[0].replace(/\s+/g, ' ').replace(/\.$/, ''));
  }
});

test('differences of a list are read by a person', async ({ enter: go, page }) => {
  await go('Aslan', '#/lists');
  await expect(page.locator('.note.care')).toContainText('at most 10 %');
  await page.locator('tr', { hasText: 'us_ofac_sdn' }).getByRole('link').click();
  await expect(page.locator('.sum')).toContainText('1 added, 0 removed, 1 changed');
  await expect(page.locator('main')).toContainText('GARANTEX');
  await expect(page.locator('del').first()).toContainText('LUKOIL');
  await expect(page.locator('ins').first()).toContainText('LUKOIL OAO');
});

test('sessions end, and writes of others are refused', async ({ enter: go, page, house, context }) => {
  await go('Aslan');
  const cookies = await context.cookies();
  expect(cookies.find((one) => one.name === 'tamga_session')).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  const body = { data: { text: 'x' } };
  expect((await page.request.post(house.url + '/v1/alerts/alert-1/note', body)).status()).toBe(403);
  expect((await page.request.post(house.url + '/v1/alerts/alert-1/note', { ...body, headers: { origin: 'https://elsewhere.example' } })).status()).toBe(403);
  // The cookie is gone: the desk says so, and shows nothing any more.
  await context.clearCookies();
  await page.locator('.side').getByRole('link', { name: 'Alerts' }).click();
  await expect(page.getByText('The session has ended')).toBeVisible();
  await enter(page, house, 'Aslan');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.locator('input[type=password]')).toBeVisible();
  expect((await page.request.get(house.url + '/v1/deals')).status()).toBe(401);
  await page.locator('input[type=password]').fill('tamga_wrong');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
});

test('an auditor reads and changes nothing', async ({ enter: go, page }) => {
  await go('Olga', '#/alerts');
  await page.locator('.item').first().click();
  await page.locator('article h2').waitFor();
  await expect(page.getByRole('button', { name: 'Close' })).toHaveCount(0);
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

// The last: it damages the record.
test('a decision is replayed to the same bytes, or the first byte that differs is shown', async ({ enter: go, page, house }) => {
  test.setTimeout(180_000);
  await go('Olga', '#/audit');
  const link = page.locator('.recent li', { hasText: 'KZ-2026-000' }).getByRole('link').first();
  const decision = await link.innerText();
  await link.click();
  await expect(page.locator('.result.same')).toContainText('Recomputed to the same');
  await expect(page.getByRole('img', { name: 'same bytes' })).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await expect(page.getByRole('img', { name: 'chain sound' })).toBeVisible();

  execFileSync('python3', ['-c', `
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], timeout=20)
for (name,) in store.execute("select name from sqlite_master where type = 'trigger' and tbl_name = 'ledger'").fetchall(): store.execute('drop trigger "%s"' % name)
(row, payload), = store.execute("select rowid, payload from ledger where kind = 'decision' and key = ?", (sys.argv[2],)).fetchall()
text = payload if isinstance(payload, str) else payload.decode()
changed = text.replace('review', 'revjew', 1) if 'review' in text else text.replace('prohibited', 'prohibjted', 1)
assert changed != text
store.execute('update ledger set payload = ? where rowid = ?', (changed if isinstance(payload, str) else changed.encode(), row)); store.commit()
`, join(house.data, 'tamga.db'), decision]);
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect(page.locator('.result').first()).toContainText('The first byte that differs');
  await expect(page.locator('.bytes mark')).toHaveText(['j', 'i']);
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await expect(page.getByRole('img', { name: 'chain broken' })).toBeVisible();
  await accessible(page);
});
