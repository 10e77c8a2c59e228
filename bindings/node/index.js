'use strict';
// Tamga for Node.js: objects in, objects out. The types are in index.d.ts; docs/bindings.md has examples.

const os = require('os');
const path = require('path');

// Node carries SQLite, OpenSSL and others inside, and shows their names to everything that it loads. RTLD_DEEPBIND lets libtamga use those that it was
// built with; without it, it would call into another version.
const { RTLD_NOW, RTLD_DEEPBIND = 0 } = os.constants.dlopen;
const loaded = { exports: {} };
process.dlopen(loaded, path.join(__dirname, 'tamga_node.node'), RTLD_NOW | RTLD_DEEPBIND);
const addon = loaded.exports;

// In the order of enum Method in tamga_node.c.
const [SCREEN, COMPARE, CLEAR, OWNERS, GOODS, LISTS] = [0, 1, 2, 3, 4, 5];
const SCORE_MAX = 10000;

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Node would put U+FFFD for half of a character, and another name would be looked for. */
function text(value, what) {
  if (typeof value !== 'string') throw new TypeError(`${what}: expected a string`);
  if (LONE_SURROGATE.test(value)) throw new TypeError(`${what}: holds a lone surrogate, which is no character`);
  return value;
}

function json(value, what) {
  if (value === undefined) return '{}';
  if (value === null || typeof value !== 'object') throw new TypeError(`${what}: expected an object`);
  return JSON.stringify(value);
}

const named = (question) => json(typeof question === 'string' ? { name: question } : question, 'question');
const of_names = (name1, name2, schema = '') => [text(name1, 'name1'), text(name2, 'name2'), text(schema, 'schema')];

function of_deal(deal, options = {}) {
  const { record = true, ...rest } = options;
  if (typeof record !== 'boolean') throw new TypeError('record: expected true or false');
  return { texts: [typeof deal === 'string' ? text(deal, 'deal') : json(deal, 'deal'), json(rest, 'options')], record };
}

class Tamga {
  #handle;

  constructor(options) {
    this.#handle = addon.open(json(options, 'options'));
  }

  #now(method, texts, flag = false) {
    return JSON.parse(addon.call(this.#handle, method, texts, flag, false));
  }

  async #later(method, texts, flag = false) {
    return JSON.parse(await addon.call(this.#handle, method, texts, flag, true));
  }

  async screen(question) { return this.#later(SCREEN, [named(question)]); }
  screenSync(question) { return this.#now(SCREEN, [named(question)]); }

  async compare(name1, name2, schema) { return this.#later(COMPARE, of_names(name1, name2, schema)); }
  compareSync(name1, name2, schema) { return this.#now(COMPARE, of_names(name1, name2, schema)); }

  score(name1, name2, schema) { return addon.score(this.#handle, ...of_names(name1, name2, schema)) / SCORE_MAX; }

  async clear(deal, options) {
    const { texts, record } = of_deal(deal, options);
    return this.#later(CLEAR, texts, record);
  }
  clearSync(deal, options) {
    const { texts, record } = of_deal(deal, options);
    return this.#now(CLEAR, texts, record);
  }

  async owners(question) { return this.#later(OWNERS, [json(typeof question === 'string' ? { party: question } : question, 'question')]); }
  ownersSync(question) { return this.#now(OWNERS, [json(typeof question === 'string' ? { party: question } : question, 'question')]); }

  async goods(question) { return this.#later(GOODS, [json(typeof question === 'string' ? { code: question } : question, 'question')]); }
  goodsSync(question) { return this.#now(GOODS, [json(typeof question === 'string' ? { code: question } : question, 'question')]); }

  async lists(question) { return this.#later(LISTS, [json(question, 'question')]); }
  listsSync(question) { return this.#now(LISTS, [json(question, 'question')]); }

  close() { addon.close(this.#handle); }
}
if (Symbol.dispose) Tamga.prototype[Symbol.dispose] = Tamga.prototype.close;

/** By the matching that is built in, without any lists. */
function score(name1, name2, schema) {
  return addon.score(null, ...of_names(name1, name2, schema)) / SCORE_MAX;
}

module.exports = { Tamga, score, version: addon.version() };
