/** Entries of a .po file as pairs, in its order; those without a translation are left out. */
export function readPo(text) {
  const entries = [];
  let id = null;
  let translation = null;
  const finish = () => {
    if (id && translation) entries.push([id, translation]);
    id = translation = null;
  };
  for (const line of text.split(/\r?\n/)) {
    if (!line || line.startsWith('#')) continue;
    const string = JSON.parse(line.slice(line.indexOf('"')));
    if (line.startsWith('msgid ')) {
      finish();
      id = string;
    } else if (line.startsWith('msgstr ')) translation = string;
    else if (translation === null) id += string;
    else translation += string;
  }
  finish();
  return entries;
}
