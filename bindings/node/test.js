'use strict';
// Run by tests/node_test.py as `node --test test.js`: the package in $TAMGA_PACKAGE, the sample lists and the sample register in $TAMGA_TEST_DATA, a deal
// that is prohibited in $TAMGA_TEST_DEAL.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { Worker } = require('node:worker_threads');

const tamga = require(process.env.TAMGA_PACKAGE);

const data = process.env.TAMGA_TEST_DATA;
const deal = JSON.parse(fs.readFileSync(process.env.TAMGA_TEST_DEAL, 'utf8'));
const as_of = '2026-11-23';
const bad_input = { name: 'Error', code: 'TAMGA_BAD_INPUT' };

const desk = new tamga.Tamga({ data });
test.after(() => desk.close());

test('score needs no lists', () => {
  assert.strictEqual(tamga.score('Bank VTB', 'Bank VTB'), 1);
  assert.ok(tamga.score('Vladimir Petrov', 'Владимир Петров', 'Person') > 0.9);
  assert.ok(tamga.score('Vladimir Petrov', 'Aigerim Sadykova', 'Person') < 0.5);
  assert.strictEqual(desk.score('Bank VTB', 'Банк ВТБ'), tamga.score('Bank VTB', 'Банк ВТБ', 'LegalEntity'));
  assert.match(tamga.version, /^\d+\.\d+\.\d+$/);
});

test('screen', async () => {
  const answer = await desk.screen({ name: 'Банк ВТБ', as_of });
  const hit = answer.hits.find(({ id }) => id === 'ofac-17013');
  assert.deepStrictEqual([hit.list, hit.score], ['us_ofac_sdn', 1]);
  assert.deepStrictEqual(desk.screenSync({ name: 'Банк ВТБ', as_of }), answer);
  assert.ok((await desk.screen('Bank VTB')).query.names.includes('Bank VTB'));
  assert.deepStrictEqual((await desk.screen({ name: 'Aigerim Sadykova', schema: 'Person', as_of })).hits, []);
  const entity = { id: 'x', schema: 'Company', properties: { name: ['VTB Bank'] } };
  assert.ok((await desk.screen({ entity, lists: ['us_ofac_sdn'], as_of })).hits.length > 0);
});

test('compare', async () => {
  const answer = await desk.compare('Bank VTB', 'Банк ВТБ', 'Company');
  assert.deepStrictEqual(answer, desk.compareSync('Bank VTB', 'Банк ВТБ', 'Company'));
  assert.deepStrictEqual([...new Set(answer.explain.map(({ how }) => how))], ['transliteration']);
});

test('clear', async () => {
  const decision = await desk.clear(deal, { as_of, record: false });
  assert.strictEqual(decision.outcome, 'prohibited');
  assert.ok(decision.findings.every(({ citation }) => citation));
  const again = desk.clearSync(JSON.stringify(deal), { as_of, record: false });
  assert.strictEqual(again.basis.ledger.sequence, decision.basis.ledger.sequence);
  await assert.rejects(desk.clear({ id: '1' }, { record: false }), bad_input);
  await assert.rejects(desk.clear(deal, { record: 'no' }), TypeError);
});

test('clear records unless told not to', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tamga-node-'));
  try {
    fs.cpSync(data, folder, { recursive: true });
    const other = new tamga.Tamga({ data: folder });
    const first = await other.clear(deal, { as_of });
    const second = await other.clear(deal, { as_of, record: false });
    assert.ok(first.basis.ledger.sequence < second.basis.ledger.sequence);
    other.close();
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('owners, goods and lists', async () => {
  const { answers } = await desk.owners({ party: 'Sarmat Trading', regime: 'us', as_of });
  assert.ok(answers.some(({ answer }) => answer === 'owned'));
  assert.ok(desk.ownersSync('Sarmat Trading').answers.length >= answers.length);
  assert.ok((await desk.goods('8542 31')).controls.length > 0);
  assert.strictEqual(desk.goodsSync({ text: 'подшипник шариковый', limit: 1 }).proposals[0].code, '848210');
  const { lists } = await desk.lists({ as_of });
  assert.strictEqual(lists.find(({ list }) => list === 'us_ofac_sdn').age_days, 3);
});

test('bad input is an Error with a code and one line', async () => {
  for (const question of ['???', {}, { name: 'a', shema: 'Person' }, { name: 'a', as_of: 'yesterday' }, { name: 'a', threshold: 2 }]) {
    await assert.rejects(desk.screen(question), (error) => error.code === 'TAMGA_BAD_INPUT' && !error.message.includes('\n'));
    assert.throws(() => desk.screenSync(question), bad_input);
  }
  assert.throws(() => tamga.score('???', 'a'), bad_input);
  assert.throws(() => new tamga.Tamga({ dta: 1 }), bad_input);
  const nowhere = new tamga.Tamga({ data: path.join(os.tmpdir(), 'tamga-no-such-folder') });
  await assert.rejects(nowhere.screen('a'), { code: 'TAMGA_FAILURE' });
  nowhere.close();
});

test('wrong use is a TypeError', async () => {
  assert.throws(() => tamga.score('a', 1), TypeError);
  assert.throws(() => tamga.score('a\0b', 'a'), TypeError);
  assert.throws(() => tamga.score('\ud800', 'a'), TypeError);
  assert.throws(() => new tamga.Tamga('folder'), TypeError);
  await assert.rejects(desk.screen(7), TypeError);
  await assert.rejects(desk.clear(null), TypeError);
});

test('many at once, and closing waits for them', async () => {
  const other = new tamga.Tamga({ data });
  const expected = other.screenSync({ name: 'Банк ВТБ', as_of });
  const running = Array.from({ length: 200 }, (_, i) => other.screen({ name: i % 2 ? 'Банк ВТБ' : 'Nobody At All', as_of }));
  other.close();
  other.close();
  await assert.rejects(other.screen('a'), TypeError);
  assert.throws(() => other.score('a', 'b'), TypeError);
  const answers = await Promise.all(running);
  answers.forEach((answer, i) => i % 2 && assert.deepStrictEqual(answer, expected));
});

test('a Tamga that nobody closes is collected', () => {
  for (let i = 0; i < 50; ++i) new tamga.Tamga({ data }).goods('8542 31');
  if (global.gc) global.gc();
});

test('worker threads load it too', async () => {
  const code = `const { score } = require(${JSON.stringify(process.env.TAMGA_PACKAGE)});
    require('node:worker_threads').parentPort.postMessage(score('Bank VTB', 'Bank VTB'));`;
  const answers = await Promise.all([1, 2].map(() => new Promise((resolve, reject) => {
    new Worker(code, { eval: true }).on('message', resolve).on('error', reject);
  })));
  assert.deepStrictEqual(answers, [1, 1]);
});
