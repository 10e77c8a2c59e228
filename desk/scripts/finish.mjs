// After the build: what is worth it is kept compressed beside itself, for the server to send as it is; what each file weighs compressed, and whether the main script stays below its bound.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const bound = 250_000;
const html = readFileSync('dist/index.html', 'utf8');
const main = html.match(/<script type="module"[^>]* src="\/(assets\/[^"]+)"/)[1];
if (/<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=/.test(html)) throw new Error('index.html holds inline script or style');
const size = gzipSync(readFileSync(join('dist', main)), { level: 9 }).length;
let all = 0;
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name.endsWith('.gz')) continue;
  const file = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(file);
  const packed = gzipSync(bytes, { level: 9 });
  const worth = packed.length < bytes.length * 0.9;
  if (worth) writeFileSync(file + '.gz', packed);
  all += worth ? packed.length : bytes.length;
}
console.log(`${main}: ${(size / 1000).toFixed(1)} kB compressed of at most ${bound / 1000}; all files together ${(all / 1000).toFixed(0)} kB`);
if (size > bound) throw new Error('the main script is too large');
