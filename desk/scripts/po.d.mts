export function readPo(text: string): [string, string][];
