/**
 * Tamga for Node.js: screening of names and clearance of trade deals against sanctions and export controls.
 *
 * Tamga serves compliance. It has no function that looks for a way round a rule.
 *
 * Answers have the shapes of `tamga COMMAND --json`; members are only added to them, so a program ignores what it does not know. Days are
 * "YYYY-MM-DD". What fails rejects or throws an Error with the code "TAMGA_BAD_INPUT" (a question, deal or option is wrong) or "TAMGA_FAILURE" (the
 * disk, the database, a damaged store); a wrong use of this module is a TypeError.
 */

export type Schema =
  | 'Person' | 'Company' | 'Organization' | 'LegalEntity' | 'PublicBody' | 'Vessel' | 'Airplane' | 'CryptoWallet' | 'Asset' | 'Address';
export type Outcome = 'pass' | 'review' | 'licence_required' | 'prohibited';
export type Regime = 'us' | 'eu' | 'uk' | 'un' | 'ch' | 'kz';
export type OwnershipRegime = 'us' | 'eu' | 'uk' | 'un' | 'ch';

export interface TamgaError extends Error {
  code: 'TAMGA_BAD_INPUT' | 'TAMGA_FAILURE';
}

export interface Options {
  /** Folder of the store; default $TAMGA_DATA, else ~/.local/share/tamga. */
  data?: string;
  /** Folder of rule files; default: $TAMGA_POLICY, else those built in. */
  policy?: string;
  /** Days after which a list counts as stale; default 7, 0: never. */
  max_list_age?: number;
  /** What large work may use; default: the processors. */
  threads?: number;
}

export interface Fields {
  /** Several are names of one party; numbers in them (INN, BIN, IMO …) are looked up too. */
  name?: string | string[];
  names?: string[];
  schema?: Schema;
  birth_date?: string;
  /** Two letters. */
  country?: string | string[];
  address?: string | string[];
  identifier?: string | string[];
}
export interface Entity {
  id: string;
  schema: Schema;
  properties: Record<string, string[]>;
}
export interface ScreenOptions {
  /** Least score of a hit, above 0 and up to 1; default: the policy's. */
  threshold?: number;
  lists?: string[];
  as_of?: string;
  /** Score every listed name: the answer is the same, only slower. */
  exhaustive?: boolean;
}
export type ScreenQuestion = (Fields | { entity: Entity }) & ScreenOptions;

export interface Reason {
  query: string;
  listed: string;
  how: string;
  score: number;
  cost?: number;
}
export interface OtherListing {
  list: string;
  part?: string;
  id: string;
  caption: string;
  because: string;
  certain: boolean;
}
export interface Hit {
  id: string;
  list: string;
  part?: string;
  schema: Schema;
  caption: string;
  score: number;
  matched_name: string;
  /** Else a person must look. */
  certain: boolean;
  programs: string[];
  source_url: string;
  source_line?: number;
  explain: Reason[];
  also_listed?: OtherListing[];
}
export interface BasisList {
  list: string;
  part?: string;
  edition: string;
  published: string;
  sample?: boolean;
}
export interface ScreenAnswer {
  query: Record<string, unknown>;
  basis: { lists: BasisList[]; engine: string; matching: string };
  /** The best first. */
  hits: Hit[];
}

export interface Comparison {
  score: number;
  explain: Reason[];
}

export type Role =
  | 'exporter' | 'importer' | 'consignee' | 'notify' | 'end_user' | 'buyer' | 'seller' | 'carrier' | 'forwarder' | 'bank' | 'insurer' | 'vessel'
  | 'owner' | 'intermediary';
/** Money and quantities may be given as texts, so that they pass through no double. */
export type DecimalNumber = number | string;
export interface Party {
  role: Role;
  name: string;
  schema?: Schema;
  country?: string;
  address?: string;
  identifiers?: Record<string, string>;
  incorporated?: string;
  owners?: { name: string; share?: DecimalNumber; country?: string }[];
  activity?: string;
  website?: string;
}
export interface Goods {
  description?: string;
  hs?: string;
  origin?: string;
  made_with?: string[];
  quantity?: DecimalNumber;
  unit?: string;
  value?: DecimalNumber;
  currency?: string;
  net_kg?: DecimalNumber;
  eccn?: string;
  us_content?: DecimalNumber;
  brand?: string;
  model?: string;
}
/** docs/deal.md says what each field is for. Tamga refuses one that it does not know. */
export interface Deal {
  id: string;
  date?: string;
  contract_date?: string;
  shipped?: string;
  parties: Party[];
  goods: Goods[];
  route?: Record<string, unknown>[];
  payment?: Record<string, unknown>;
  end_use?: Record<string, unknown>;
  documents?: { type: string; sha256?: string }[];
  licences?: string[];
}
export interface ClearOptions {
  as_of?: string;
  /** Into the ledger before it is returned, with alerts; default true. */
  record?: boolean;
}
export interface Finding {
  rule: string;
  regime: string;
  outcome: Outcome;
  authority: string;
  citation: string;
  about: string;
  because: string;
  [more: string]: unknown;
}
export interface Decision {
  id: string;
  deal: string;
  outcome: Outcome;
  decided_at: string;
  as_of: string;
  basis: Record<string, unknown>;
  regimes: { regime: Regime; outcome: Outcome; nexus: string[] }[];
  /** The worst first. */
  findings: Finding[];
  /** Fields of the deal that a rule needs and that are not there. */
  missing: string[];
  [more: string]: unknown;
}
/** Of a payment message with several transactions. */
export interface Decisions {
  decisions: Decision[];
}

export interface OwnersQuestion {
  /** An id of a register, an identifier, the id of a listed entity, or a name. */
  party: string;
  regime?: OwnershipRegime;
  as_of?: string;
}
export interface OwnersAnswer {
  as_of: string;
  party: number;
  network: { parties: Record<string, unknown>[]; holdings: Record<string, unknown>[] };
  answers: {
    regime: OwnershipRegime;
    rule: string;
    authority: string;
    citation: string;
    answer: 'owned' | 'controlled' | 'cannot be excluded' | 'not owned';
    listed_itself: boolean;
    list_loaded: boolean;
    chain: string;
    would_settle: string[];
    [more: string]: unknown;
  }[];
  owners_known: boolean;
  remarks: string[];
  [more: string]: unknown;
}

export type GoodsQuestion = { as_of?: string } & (
  | { code: string; text?: never; limit?: never; language?: never }
  | { text: string; code?: never; limit?: number; language?: 'en' | 'ru' | 'kk' }
);
export interface Control {
  list: string;
  title: string;
  regime: string;
  article: string;
  code: string;
  words: string;
  /** false: from a secondary source. */
  verified: boolean;
  /** The entry covers the code in part only: it cannot be excluded. */
  partial: boolean;
  from?: string;
  to?: string;
}
export interface GoodsAnswer {
  as_of: string;
  policy: string;
  /** Of a code. */
  code?: string;
  controls?: Control[];
  /** Of a text, the best first. */
  proposals?: { code: string; score: number; title: string; controls: Control[]; [more: string]: unknown }[];
  [more: string]: unknown;
}

export interface ListsAnswer {
  lists: { list: string; part?: string; edition: string; published: string; age_days: number; current: boolean; stale: boolean; sample: boolean;
           [more: string]: unknown }[];
}

/**
 * Lists and rules that stay open between questions. Promised calls run on Node's pool of threads, several at once; the Sync ones hold the event loop
 * for as long as they take.
 */
export class Tamga {
  constructor(options?: Options);
  screen(question: string | ScreenQuestion): Promise<ScreenAnswer>;
  screenSync(question: string | ScreenQuestion): ScreenAnswer;
  compare(name1: string, name2: string, schema?: Schema): Promise<Comparison>;
  compareSync(name1: string, name2: string, schema?: Schema): Comparison;
  /** How much two names are the same, 0 to 1, by this policy's matching. */
  score(name1: string, name2: string, schema?: Schema): number;
  /** A deal, its JSON, or the text of a payment message. */
  clear(deal: Deal | string, options?: ClearOptions): Promise<Decision | Decisions>;
  clearSync(deal: Deal | string, options?: ClearOptions): Decision | Decisions;
  owners(question: string | OwnersQuestion): Promise<OwnersAnswer>;
  ownersSync(question: string | OwnersQuestion): OwnersAnswer;
  goods(question: string | GoodsQuestion): Promise<GoodsAnswer>;
  goodsSync(question: string | GoodsQuestion): GoodsAnswer;
  lists(question?: { as_of?: string }): Promise<ListsAnswer>;
  listsSync(question?: { as_of?: string }): ListsAnswer;
  /** Gives everything back, after calls that run. What is called later is a TypeError; closing twice does no harm. */
  close(): void;
}

/** How much two names are the same, 0 to 1, by the matching that is built in; needs no lists. */
export function score(name1: string, name2: string, schema?: Schema): number;
/** Of the library: "0.1.0". */
export const version: string;
