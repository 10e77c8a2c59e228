/** The address of a record as a link may have it: http or https and nothing else, since lists, rules and evidence are written by others. */
export function safeLink(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    const url = new URL(text.trim());
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
