// How long the server takes for what the search box asks while somebody types, on the published lists: TAMGA=build/release/tamga node desk/scripts/search.mjs
// Every beginning of each text is asked once, as the box does; the times are of the whole answer, on the same machine.
import { root, start } from '../tests/world.mjs';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const world = await start({ real: true });
const headers = { authorization: 'Bearer ' + world.tokens.Aslan };
for (const file of readdirSync(join(root, 'examples/deals')).filter((name) => /^\d+-.*\.json$/.test(name)))
  await fetch(`${world.url}/v1/deals`, { method: 'POST', body: readFileSync(join(root, 'examples/deals', file)), headers: { ...headers, 'content-type': 'application/json' } });
const texts = ['Сбербанк России', 'Мордашов Алексей Александрович', 'vladimir putin', 'IGOR SECHIN', 'Rosneft Trading', 'Kim Jong Un', 'Банк ВТБ', 'Oboronprom', '854239', '7707083893', '9524451', 'SABRRUMM', '150740014571', 'KZ-2026-000103', 'Ahmed Mohammed Hassan', 'Islamic Republic of Iran Shipping Lines'];
const ask = async (q) => {
  const began = performance.now();
  const told = await fetch(`${world.url}/v1/search?limit=12&q=${encodeURIComponent(q)}`, { headers });
  await told.arrayBuffer();
  if (!told.ok) throw new Error(`${q}: ${told.status}`);
  return performance.now() - began;
};
await ask('a');
const times = [];
for (const text of texts) for (let n = 1; n <= text.length; ++n) times.push({ q: text.slice(0, n), ms: await ask(text.slice(0, n)) });
times.sort((a, b) => a.ms - b.ms);
const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].ms.toFixed(1);
console.log(`${times.length} questions: median ${at(0.5)} ms, 95 % within ${at(0.95)} ms, 99 % within ${at(0.99)} ms, longest ${at(1)} ms (${times.at(-1).q}); above 50 ms: ${times.filter((one) => one.ms > 50).length}`);
await world.stop();
