/** Bytes as base64, in pieces: a file of some megabytes is too long for one call. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** What stands around the first byte that differs, in both texts, as bytes. */
export interface Window {
  offset: number;
  before: string;
  here: string;
  after: string;
  hex: string;
}
export function around(text: string, offset: number, each = 36): Window {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const at = (from: number, to: number) => decoder.decode(bytes.slice(Math.max(0, from), Math.max(0, to)));
  // A letter of several bytes is shown whole.
  let start = Math.min(offset, bytes.length);
  while (start > 0 && (bytes[start] & 0xc0) === 0x80) --start;
  let end = start + 1;
  while (end < bytes.length && (bytes[end] & 0xc0) === 0x80) ++end;
  let left = Math.max(0, start - each);
  while (left < start && (bytes[left] & 0xc0) === 0x80) ++left;
  let right = Math.min(bytes.length, end + each);
  while (right < bytes.length && (bytes[right] & 0xc0) === 0x80) ++right;
  const hex = [...bytes.slice(offset, offset + 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return { offset, before: at(left, start), here: start < bytes.length ? at(start, end) : '', after: at(end, right), hex };
}
