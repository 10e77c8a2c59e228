// A house to test in: a store with the sample lists, owners, people and their tokens, and `tamga serve` over it.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const program = resolve(process.env.TAMGA ?? join(root, 'build/release/tamga'));
export const asOf = '2026-11-23';

const plain = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('TAMGA')));

export function tamga(data, by, ...args) {
  return execFileSync(program, ['--data', data, ...args], { env: { ...plain, TAMGA_USER: by }, cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A decision of review or worse ends with 3, 4 or 5. */
export function decided(data, by, ...args) {
  try {
    return tamga(data, by, ...args);
  } catch (error) {
    if (error.status >= 3) return error.stdout;
    throw error;
  }
}

export const people = { Dana: 'administrator', Aslan: 'analyst', Gulnara: 'approver', Marat: 'liaison', Olga: 'auditor' };

/** Everything but the server: lists with an earlier and a held edition, owners, people with tokens. */
export function furnish(data) {
  const samples = join(root, 'samples/lists');
  const earlier = join(data, 'earlier');
  mkdirSync(earlier, { recursive: true });
  cpSync(join(samples, 'ofac'), join(earlier, 'ofac'), { recursive: true });
  // An edition of eight days before: without one entry, with another's name changed.
  const sdn = join(earlier, 'ofac/sdn.csv');
  const lines = readFileSync(sdn, 'utf8').split('\n').filter((line) => !line.startsWith('36025,'));
  writeFileSync(sdn, lines.map((line) => line.replace('"LUKOIL OAO"', '"LUKOIL"')).join('\n'));
  tamga(data, 'Dana', 'lists', 'import', join(earlier, 'ofac'), '--published', '2026-11-12');
  tamga(data, 'Dana', 'lists', 'import', join(samples, 'eu'), '--published', '2026-11-20');
  tamga(data, 'Dana', 'lists', 'import', join(samples, 'uk'), join(samples, 'un'));
  // A book that was put under watch before the newest edition of OFAC's list: one entry of it comes, another changes.
  const tyres = [{ description: 'Lorry tyres', hs: '401120', origin: 'KZ', made_with: [], quantity: 120, unit: 'pcs', value: 30000, currency: 'EUR', net_kg: 6600 }];
  const clean = JSON.parse(readFileSync(join(root, 'examples/deals/01-clean-grain-to-uzbekistan.json'), 'utf8'));
  const deal = (id, change) => {
    const file = join(earlier, id + '.json');
    writeFileSync(file, JSON.stringify(change({ ...structuredClone(clean), id })));
    return file;
  };
  const deals = [
    deal('KZ-2026-000151', (one) => ({ ...one, goods: tyres, parties: [...one.parties, { role: 'intermediary', name: 'Garantex Europe OU', country: 'EE', schema: 'Company', owners: [] }] })),
    deal('KZ-2026-000152', (one) => ({ ...one, goods: tyres })),
  ];
  decided(data, 'Dana', '--max-list-age', '0', 'watch', 'add', join(root, 'examples/watch/book.csv'), ...deals, '--as-of', asOf);
  tamga(data, 'Dana', 'lists', 'import', join(samples, 'ofac'), '--published', '2026-11-20');
  decided(data, 'Dana', '--max-list-age', '0', 'watch', 'run', '--as-of', asOf);
  // An edition that lost half of its entries is held.
  cpSync(join(samples, 'eu'), join(earlier, 'eu'), { recursive: true });
  const annex = join(earlier, 'eu/32014R0833.csv');
  const rows = readFileSync(annex, 'utf8').trimEnd().split('\n');
  writeFileSync(annex, rows.slice(0, Math.ceil(rows.length / 2)).join('\n') + '\n');
  try {
    tamga(data, 'Dana', 'lists', 'import', annex, '--published', '2026-11-22');
  } catch (error) {
    if (error.status !== 3) throw error;
  }
  rmSync(earlier, { recursive: true });
  tamga(data, 'Dana', 'owners', 'import', join(root, 'samples/owners/sample-register.csv'), '--published', '2026-11-20');
  tamga(data, 'Dana', 'flows', 'import', join(root, 'samples/flows/invented.csv'));
  return peopleOf(data);
}

function peopleOf(data) {
  const tokens = {};
  for (const [name, role] of Object.entries(people)) {
    tamga(data, 'Dana', 'people', 'add', name, '--role', role);
    tokens[name] = tamga(data, 'Dana', 'people', 'token', name).match(/tamga_\S+/)[0];
  }
  return tokens;
}

export const realLists = join(root, '../shared/data');

/** The same people, over the published lists at full size (../shared/data). Of the United Kingdom's there is no such file, so that one is the sample. */
export function furnishReal(data) {
  const file = (name) => join(realLists, name);
  tamga(data, 'Dana', 'lists', 'import', ...['sdn', 'add', 'alt'].map((part) => file(`ofac/sdn_csv/${part}_2023-12-28.csv.gz`)), file('un/UN_consolidated_2026-02-27.xml.gz'),
    file('eu/eu_269_2014_annex_I_2026-08.csv.gz'), file('eu/eu_833_2014_annex_entities_2026-08.csv.gz'));
  tamga(data, 'Dana', 'lists', 'import', join(root, 'samples/lists/uk'));
  return peopleOf(data);
}

/** Starts the server and clears the example deals; `stop()` ends it and removes the folder. */
export async function start(options = {}) {
  const data = mkdtempSync(join(tmpdir(), 'tamga-desk-'));
  const tokens = options.real ? furnishReal(data) : furnish(data);
  const child = spawn(program, ['--data', data, '--max-list-age', '0', 'serve', '--listen', '127.0.0.1:0', ...(options.arguments ?? [])], {
    env: { ...plain, TAMGA_THREADS: '2' }, cwd: root, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await new Promise((found, failed) => {
    let said = '';
    let wrong = '';
    child.stderr.on('data', (bytes) => (wrong += bytes));
    child.stdout.on('data', (bytes) => {
      said += bytes;
      const at = said.match(/tamga serves at (http:\S+)/);
      if (at) found(at[1]);
    });
    child.on('exit', () => failed(new Error('the server ended: ' + wrong)));
  });
  for (const file of options.real ? [] : readdirSync(join(root, 'examples/deals')).filter((name) => /^\d+-.*\.json$/.test(name)).sort()) {
    const told = await fetch(`${url}/v1/deals?as_of=${asOf}`, {
      method: 'POST', body: readFileSync(join(root, 'examples/deals', file)), headers: { authorization: 'Bearer ' + tokens.Aslan, 'content-type': 'application/json' },
    });
    if (told.status !== 201) throw new Error(`${file}: ${told.status} ${await told.text()}`);
  }
  return {
    data, tokens, url,
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

const freePort = () =>
  new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });

/** The same with pages at `desk`: of the program, or where it was built without them, or with TAMGA_DESK_PREVIEW, of `vite preview` over desk/dist. */
export async function startDesk(options = {}) {
  const world = await start(options);
  if (!process.env.TAMGA_DESK_PREVIEW && (await (await fetch(world.url + '/')).text()).includes('id="desk"')) return { ...world, desk: world.url };
  const port = await freePort();
  const preview = spawn('node', ['node_modules/vite/bin/vite.js', 'preview', '--port', String(port), '--strictPort', '--host', '127.0.0.1'], {
    cwd: join(root, 'desk'), env: { ...process.env, TAMGA_URL: world.url }, stdio: 'ignore',
  });
  const desk = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 600 && !(await fetch(desk).then((told) => told.ok, () => false)); ++i) await new Promise((done) => setTimeout(done, 100));
  return {
    ...world,
    desk,
    async stop() {
      preview.kill();
      await world.stop();
    },
  };
}
