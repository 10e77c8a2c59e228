// One door to the server. Writes of a session show its csrf token and carry an Idempotency-Key, a new one each: what is sent again below this page
// does nothing twice. A second click is a second request; forms are busy while the first is under way.
import { busy } from './busy';
import { session } from './session.svelte';

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly errors: { pointer: string; detail: string }[] = [],
  ) {
    super(detail);
  }
}

type Query = Record<string, string | number | boolean | undefined>;

export function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return path + (pairs.length ? '?' + new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])) : '');
}

async function ask(method: string, target: string, body?: { bytes: BodyInit; type: string }, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body) headers['content-type'] = body.type;
  if (method !== 'GET') {
    if (session.csrf) headers['x-csrf-token'] = session.csrf;
    headers['idempotency-key'] = crypto.randomUUID?.() ?? String(Math.random());
  }
  let response: Response;
  try {
    response = await fetch(target, { method, headers, body: body?.bytes, signal, credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'unreachable', '');
  }
  if (response.ok) {
    session.touch();
    return response;
  }
  if (response.status === 401) session.ended();
  const told = await response.json().catch(() => ({}));
  throw new Problem(response.status, told.title ?? String(response.status), told.detail ?? '', told.errors);
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return busy(ask('GET', address(path, query), undefined, signal).then((told) => told.json()));
}
export async function text(path: string): Promise<string> {
  return busy(ask('GET', path).then((told) => told.text()));
}
export async function post<T>(path: string, body?: unknown, query: Query = {}): Promise<T> {
  return busy(ask('POST', address(path, query), body === undefined ? undefined : { bytes: JSON.stringify(body), type: 'application/json' }).then((told) => told.json()));
}
/** A file as it is, byte by byte. */
export async function send<T>(path: string, bytes: BodyInit, type: string, query: Query = {}): Promise<T> {
  return busy(ask('POST', address(path, query), { bytes, type }).then((told) => told.json()));
}
/** Without a body, and without an answer. */
export async function remove(path: string): Promise<void> {
  await busy(ask('DELETE', path));
}
/** Every page of a list. */
export async function all<K extends string, T>(path: string, name: K, query: Query = {}): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: { next?: string } & Record<K, T[]> = await get(path, { ...query, limit: 1000, cursor });
    items.push(...page[name]);
    cursor = page.next;
  } while (cursor && items.length < 20_000);
  return items;
}

export const part = encodeURIComponent;
