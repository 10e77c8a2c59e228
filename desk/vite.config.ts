import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** `virtual:sentences/ru`: [English, translation] of data/language/ru.po. `virtual:places`: name, latitude and longitude by UN/LOCODE. `virtual:countries`: M49 numbers by letters. */
function repositoryData(): Plugin {
  return {
    name: 'repository-data',
    resolveId: (id) => (id.startsWith('virtual:') ? '\0' + id : undefined),
    async load(id) {
      if (id.startsWith('\0virtual:sentences/')) {
        const file = `${repository}data/language/${id.slice(-2)}.po`;
        this.addWatchFile(file);
        const { readPo } = await import('./scripts/po.mjs');
        return `export default JSON.parse(${JSON.stringify(JSON.stringify(readPo(readFileSync(file, 'utf8'))))})`;
      }
      if (id === '\0virtual:places') {
        const places: Record<string, [string, number, number]> = {};
        for (const line of readFileSync(`${repository}data/places/places.csv`, 'utf8').split('\n')) {
          const cells = line.split(',');
          if (/^[A-Z]{2}[A-Z2-9]{3}$/.test(cells[0]) && cells.length >= 5)
            places[cells[0]] = [cells.slice(1, -3).join(',').replaceAll('"', ''), Number(cells.at(-2)), Number(cells.at(-1))];
        }
        return `export default ${JSON.stringify(places)}`;
      }
      if (id === '\0virtual:countries') {
        // Letters and M49 numbers, as the reader of statistics has them.
        const numbers = Object.fromEntries([...readFileSync(`${repository}src/flows/countries.cpp`, 'utf8').matchAll(/\{"([A-Z]{2})", "[A-Z]{3}", (\d+)\}/g)].map((match) => [match[1], match[2].padStart(3, '0')]));
        if (Object.keys(numbers).length < 200) throw new Error('src/flows/countries.cpp: its table of countries is not written as it was');
        return `export default ${JSON.stringify(numbers)}`;
      }
      return undefined;
    },
    // Every browser that runs the desk reads woff2.
    transform: { order: 'pre', handler: (code, id) => (/@fontsource.*\.css/.test(id) ? code.replace(/, url\([^)]*\.woff\) format\('woff'\)/g, '') : undefined) },
  };
}

/** As src/desk sends it; the tests compare the two. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";

const server = process.env.TAMGA_URL ?? 'http://127.0.0.1:8484';
// The server takes writes only of its own origin: in development that is the address of vite.
const proxy = Object.fromEntries(
  ['/v1', '/healthz', '/readyz', '/openapi.json'].map((path) => [
    path,
    {
      target: server,
      changeOrigin: true,
      configure: (made: { on: (event: 'proxyReq', then: (request: { setHeader: (name: string, value: string) => void; getHeader: (name: string) => unknown }) => void) => void }) =>
        made.on('proxyReq', (request) => {
          if (request.getHeader('origin')) request.setHeader('origin', server);
        }),
    },
  ]),
);

export default defineConfig({
  plugins: [svelte(), repositoryData()],
  base: '/',
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, cssCodeSplit: false },
  server: { proxy, fs: { allow: [repository] } },
  preview: { proxy, headers: { 'content-security-policy': policy } },
  test: { include: ['tests/unit/*.test.ts'], environment: 'node' },
});
