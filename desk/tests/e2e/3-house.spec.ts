import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { realLists, root } from '../world.mjs';
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

(existsSync(realLists) ? test : test.skip)('on the published lists: from a dropped deal over a consultation and a licence by form to pass', { tag: '@core' }, async ({ browser, real }) => {
  test.setTimeout(240_000);
  const [aslan, gulnara, marat] = await Promise.all(
    (['Aslan', 'Gulnara', 'Marat'] as const).map(async (who) => enter(await (await browser.newContext({ locale: 'en-GB' })).newPage(), real, who)),
  );
  await aslan.goto(real.url + '/#/new');
  await drop(aslan, 'deal.json', example('licences/deal.json'));
  await aslan.getByRole('button', { name: 'Clear and record' }).click();
  await expect(verdict(aslan)).toHaveText('Licence required');
  const basis = await (await aslan.request.get(real.url + '/v1/lists?current=true')).json();
  expect(basis.lists.filter((one: { sample?: boolean }) => !one.sample).length).toBeGreaterThan(3);

  await marat.goto(aslan.url());
  await marat.getByRole('button', { name: 'Ask an authority' }).click();
  await marat.getByLabel('The question').fill('May 300 signal processors go to the hospital?');
  await marat.getByRole('button', { name: 'Make the packet' }).click();
  await expect(marat.locator('.packet')).toContainText('Signal processors');
  await marat.getByRole('button', { name: 'Record as sent' }).click();
  await marat.getByRole('textbox', { name: 'The authority’s answer' }).fill('Granted.');
  await marat.getByRole('button', { name: 'Record the answer' }).click();
  await expect(marat.locator('dl.facts').first()).toContainText('answered');

  // The licence by form.
  await aslan.goto(real.url + '/#/licences');
  await aslan.getByRole('button', { name: 'Record a licence' }).click();
  const form = aslan.getByRole('dialog');
  await form.getByLabel('Number', { exact: true }).first().fill('GBSIE2026-00417');
  await form.getByLabel('Regime').selectOption('uk');
  await form.getByLabel('Authority', { exact: true }).fill('UK Department for Business and Trade');
  await form.getByLabel('Issued').fill('2026-09-14');
  await form.getByLabel('From', { exact: true }).fill('2026-09-15');
  await form.getByLabel('To', { exact: true }).fill('2027-03-14');
  await form.getByLabel('Rule 1').fill('uk.trade.high_priority_to_russia');
  await form.getByLabel('Name', { exact: true }).first().fill('Thames Medical Fittings Ltd');
  await form.getByLabel('Country').fill('GB');
  await form.getByRole('button', { name: 'Add a party' }).click();
  await form.getByLabel('Name', { exact: true }).nth(1).fill('ГБУЗ Больница «Тихий Двор»');
  await form.getByLabel('Country').nth(1).fill('RU');
  await form.getByLabel('Goods codes').fill('854239');
  await form.getByLabel('Destinations').fill('RU');
  await form.getByRole('button', { name: 'Add a limit' }).click();
  await form.getByLabel('At most').fill('500');
  await form.getByLabel('Unit', { exact: true }).fill('pcs');
  await form.getByRole('button', { name: 'Add a duty to report' }).click();
  await form.getByLabel('What is to be reported').fill('return of the quantity exported');
  await accessible(aslan);
  await form.getByRole('button', { name: 'Propose', exact: true }).click();
  await expect(aslan.getByText('Your own proposal')).toBeVisible();
  await gulnara.goto(real.url + '/#/proposals');
  const proposal = gulnara.getByRole('article', { name: 'New licence' });
  await expect(proposal).toContainText('500 pcs');
  await proposal.getByRole('button', { name: 'Approve' }).click();
  await expect(proposal).toContainText('approved');

  await aslan.goto(real.url + '/#/deals/KZ-2026-000201');
  await aslan.getByRole('button', { name: 'Clear again' }).click();
  await aslan.getByRole('button', { name: 'Clear and record' }).click();
  await expect(verdict(aslan)).toHaveText('Pass');
  await expect(aslan.locator('.card .sentence')).toContainText('GBSIE2026-00417');
});

test('a view of the deals is named, kept for the person, and forgotten', async ({ enter: go, page, house }) => {
  await go('Aslan', '#/deals');
  await page.getByLabel('Outcome').selectOption('prohibited');
  await page.getByRole('button', { name: 'Keep this view' }).click();
  await page.getByLabel('Its name').fill('What is barred');
  await page.keyboard.press('Enter');
  const tab = page.getByRole('button', { name: 'What is barred', exact: true });
  await expect(tab).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'All deals' }).click();
  await expect(tab).toHaveAttribute('aria-pressed', 'false');
  await page.reload();
  await tab.click();
  await expect(page.getByLabel('Outcome')).toHaveValue('prohibited');
  await settled(page);
  expect(await page.locator('tbody .outcome:not(.prohibited)').count()).toBe(0);
  await accessible(page);
  // Somebody else at the same browser has their own.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await enter(page, house, 'Gulnara', '#/deals');
  await expect(tab).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await enter(page, house, 'Aslan', '#/deals?outcome=prohibited');
  await page.getByRole('button', { name: 'Forget “What is barred”' }).click();
  await expect(tab).toHaveCount(0);
});

test('an invoice fills the goods of the form, and a table of deals gets a decision each', async ({ enter: go, page }) => {
  await go('Aslan', '#/new');
  await drop(page, 'invoice.csv', 'Наименование товара;Код ТН ВЭД;Кол-во;Ед. изм.;Стоимость;Валюта;Примечание\nШины грузовые;4011 20 100 0;120;шт;30 000,00;EUR;x\nИтого;;;;30 000,00;EUR;\n');
  await expect(page.locator('main [role=status]')).toContainText('1 lines of goods');
  await expect(page.locator('main [role=status]')).toContainText('Примечание');
  await expect(page.getByLabel('Description')).toHaveValue('Шины грузовые');
  await expect(page.getByLabel('Value')).toHaveValue('30000.00');
  await page.getByRole('button', { name: 'Drop or paste' }).click();
  await drop(page, 'deals.csv', 'deal,exporter,exporter_country,consignee,consignee_country,description,hs,destination\nTAB-1,Tobyl Astyk Trade LLP,KZ,Chirchiq Un Zavodi MCHJ,UZ,Soft wheat,100199,UZ\nTAB-2,Tobyl Astyk Trade LLP,KZ,АО «Корпорация „Тактическое ракетное вооружение“»,RU,Steel pipes,730490,RU\n');
  await expect(page.locator('main [role=status]')).toContainText('2 deals were read');
  await page.getByRole('button', { name: 'Clear and record' }).click();
  await expect(page.locator('table.cards tbody tr')).toHaveCount(2);
  await expect(page.locator('table.cards tbody tr', { hasText: 'TAB-2' })).toContainText('Prohibited');
  await accessible(page);
});

test('the book says what changed, value by value, and which deals were decided anew', async ({ enter: go, page }) => {
  await go('Aslan', '#/watch');
  const lukoil = page.locator('.change', { hasText: 'LUKOIL OAO' });
  await expect(lukoil).toContainText('changed');
  await expect(lukoil.locator('del').first()).toContainText('LUKOIL');
  await expect(lukoil.locator('ins').first()).toContainText('LUKOIL OAO');
  const came = page.locator('.change', { hasText: 'GARANTEX' }).filter({ hasText: 'C-1003' });
  await expect(came).toContainText('new hit');
  await expect(came.locator('time').first()).toHaveAttribute('datetime', '2026-11-20');
  const anew = page.locator('tr', { hasText: 'KZ-2026-000151' });
  await expect(anew).toContainText('Prohibited');
  await page.locator('.top-row select').first().selectOption('changed');
  await expect(page.locator('.change')).toHaveCount(1);
  await lukoil.getByRole('link', { name: 'Work the alert' }).click();
  await expect(page.locator('article h2')).toContainText('LUKOIL OAO');
});

test('a rule is found by words and by its id', async ({ enter: go, page }) => {
  await go('Aslan', '#/policy');
  await page.getByLabel('Words, ids, citations').fill('high priority russia');
  await expect(page.locator('.rule').first()).toBeVisible();
  await page.getByRole('button', { name: /^United Kingdom/ }).click();
  await expect(page.locator('.rule', { hasText: 'uk.trade.high_priority_to_russia' })).toBeVisible();
  await page.locator('.rule', { hasText: 'uk.trade.high_priority_to_russia' }).getByRole('link').click();
  await expect(page.locator('.rule.current')).toContainText('Licence required');
  await page.getByLabel('As of').fill('2020-01-01');
  await settled(page);
  await page.getByRole('button', { name: 'Русский' }).click();
  await expect(page.locator('.rule.current')).not.toContainText('needs a licence');
});

test('an administrator adds somebody and gives them a token, whose secret is shown once', async ({ enter: go, page, house, browser }) => {
  await go('Dana', '#/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByLabel('Name').fill('Saule');
  await page.getByRole('checkbox', { name: /^approver/ }).check();
  await accessible(page);
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const row = page.locator('tr', { hasText: 'Saule' }).first();
  await expect(row).toContainText('analyst, approver');
  await row.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('Days that it holds').fill('1');
  await page.getByRole('button', { name: 'Make the token' }).click();
  const secret = await page.locator('#secret').innerText();
  expect(secret).toMatch(/^tamga_/);
  await accessible(page);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.locator('body')).not.toContainText(secret);
  // It opens the door, until it is revoked.
  const other = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await other.goto(house.url);
  await other.locator('input[type=password]').fill(secret);
  await other.keyboard.press('Enter');
  await expect(other.locator('.side')).toContainText('Saule');
  await page.locator('tr', { hasText: 'Saule' }).nth(1).getByRole('button', { name: /^Revoke/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.locator('tr', { hasText: 'Saule' })).toHaveCount(1);
  await expect.poll(async () => (await other.request.get(house.url + '/v1/deals', { headers: { authorization: 'Bearer ' + secret } })).status(), { timeout: 30_000 }).toBe(401);
  // Nobody else finds the page's buttons.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await enter(page, house, 'Aslan', '#/people');
  await expect(page.locator('tr', { hasText: 'Saule' })).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Add a person' })).toHaveCount(0);
});

test('an address of a record that is no web address is no link', async ({ enter: go, page }) => {
  await page.route(/\/v1\/entities\//, async (route) => {
    const told = await route.fetch();
    const body = await told.json();
    body.entity.properties.sourceUrl = ['javascript:alert(1)', 'https://example.org/x'];
    await route.fulfill({ response: told, json: body });
  });
  await go('Aslan', '#/entities/ofac-16692');
  await expect(page.locator('main')).toContainText('javascript:alert(1)');
  expect(await page.locator('main a[href^="javascript"]').count()).toBe(0);
  await expect(page.locator('main a[href="https://example.org/x"]')).toBeVisible();
});

test('a file is kept with an alert', async ({ enter: go, page }) => {
  await go('Aslan', '#/alerts');
  await page.locator('.item').first().click();
  await page.locator('article h2').waitFor();
  await page.locator('.actions input[type=file]').setInputFiles({ name: 'passport.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 x') });
  await expect(page.locator('article details')).toContainText('passport.pdf');
});

test('an authority’s paper is kept with its answer, and given back byte by byte', async ({ enter: go, page, house }) => {
  const told = await (await fetch(house.server + '/openapi.json')).json();
  test.skip(!('document' in told.components.schemas.AuthorityAnswer.properties), 'this server takes no document with an answer');
  await go('Marat', '#/deals/KZ-2026-000109');
  await page.getByRole('button', { name: 'Ask an authority' }).click();
  await page.getByRole('button', { name: 'Make the packet' }).click();
  await page.getByRole('button', { name: 'Record as sent' }).click();
  await page.getByRole('textbox', { name: 'The authority’s answer' }).fill('Refused.');
  const bytes = Buffer.from([0x25, 0x50, 0x44, 0x46, 0x00, 0xff, 0x80]);
  await page.getByLabel('The authority’s paper, as a file').setInputFiles({ name: 'answer.pdf', mimeType: 'application/pdf', buffer: bytes });
  await accessible(page);
  await page.getByRole('button', { name: 'Record the answer' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'its document' }).click()]);
  expect(readFileSync(await file.path())).toEqual(bytes);
});
