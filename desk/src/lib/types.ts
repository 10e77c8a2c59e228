// The documents of the API, as far as the desk reads them (docs/server.md, /openapi.json).
export type Outcome = 'pass' | 'review' | 'licence_required' | 'prohibited';
export const outcomes: Outcome[] = ['prohibited', 'licence_required', 'review', 'pass'];

export interface Owner { name: string; share?: number | string; country?: string }
export interface Party {
  role: string; name: string; schema?: string; country?: string; address?: string; incorporated?: string;
  identifiers?: Record<string, string>; owners?: Owner[]; activity?: string; website?: string;
}
export interface GoodsLine {
  description?: string; hs?: string; origin?: string; made_with?: string[]; quantity?: number | string; unit?: string;
  value?: number | string; currency?: string; net_kg?: number | string; eccn?: string;
}
export interface Leg { place?: string; country?: string; mode?: string; vessel?: string; container?: string }
export interface Bank { name?: string; bic?: string; country?: string }
export interface Payment {
  amount?: number | string; currency?: string; terms?: string; channel?: string; banks?: Bank[]; payer?: { name: string; country?: string }; wallet?: string;
}
export interface EndUse { statement?: string; country?: string; no_reexport_clause?: boolean; military?: boolean; certificate?: boolean }
export interface Deal {
  id: string; date?: string; contract_date?: string; shipped?: string; parties: Party[]; goods: GoodsLine[]; route?: Leg[];
  payment?: Payment; end_use?: EndUse; licences?: string[]; documents?: unknown[];
}

export interface Designation { program?: string; annex?: string; measure?: string; from?: string; reference?: string }
export interface Match {
  subject: string; name: string; list: string; entity: string; caption: string; score: string; how: string; certain: boolean;
  designations?: Designation[]; source?: string;
}
export interface ControlOfLine {
  path: string; hs: string; control: string; title: string; article: string; code: string; verified: boolean; partial: boolean;
}
export interface OwnerOfEvidence { path?: string; id?: string; name: string; of?: string; share?: string; from?: string; source?: string; line?: number }
export interface Raised { flag: string; title: string; weight: number; citation: string; about: string[]; because: string }
export interface CannotSay { flag: string; title: string; missing: string[] }
export interface Permission { what: string; whom: string; citation: string; source?: string }
export interface Evidence {
  subject?: { path: string; name: string; role?: string; country?: string };
  matches?: Match[]; goods?: ControlOfLine[]; owners?: OwnerOfEvidence[]; facts?: Record<string, unknown>; nexus?: string[] | string;
  permission?: Permission; verify?: string; source?: string; in_effect_from?: string; cannot_tell?: string[];
  raised?: Raised[]; cannot_say?: CannotSay[]; weight?: number; caps?: { cap: string; limit: string; needed: string; left: string }[];
}
export interface Finding {
  rule: string; regime: string; outcome: Outcome; authority: string; citation: string; about: string; because: string; evidence?: Evidence;
}
export interface BasisEdition { list: string; part?: string; edition: string; published: string; sample?: boolean }
export interface Decision {
  id: string; deal: string; outcome: Outcome; decided_at: string; as_of: string;
  basis: { lists: BasisEdition[]; policy: string; engine: string; ledger: { sequence: number; hash: string }; ownership?: { source: string; edition: string; published: string }[] };
  regimes: { regime: string; outcome: Outcome; nexus: string[] }[];
  findings: Finding[]; missing: string[];
}
export interface NexusTest { nexus: string; kind: string; because: string; authority: string; citation: string; answer: string; status: string; says_no?: { words: string; places?: { decided_by?: string }[] }[]; tree?: Tree }
export interface Tree { word?: string; words?: string; answer: string; name?: string; decided_by?: string[]; children?: Tree[] }
export interface Evaluation {
  as_of: string;
  regimes: { regime: string; title: string; binds: string; nexus: NexusTest[]; rules: unknown[] }[];
}
export interface DealRow { deal: string; decision: string; outcome: Outcome; decided_at: string; as_of: string; parties: string[]; sequence: number }

export interface PartySide { names: string[]; schema: string; countries: string[]; addresses: string[]; birth_date: string; identifiers: unknown[] }
export interface AlertHit {
  about: string; list: string; entity: string; caption: string; how: string; certain: boolean; score: string; party: PartySide; party_hash: string; listed_hash: string;
}
export interface HistoryEntry { sequence: number; recorded_at: string; what: Record<string, unknown> }
export interface Alert {
  id: string; state: 'open' | 'assigned' | 'escalated' | 'closed'; outcome: Outcome; deal: string; decision: string; rule: string; regime: string;
  about: string; because: string; assigned: string; deadline: string; opened_at: string; hits: AlertHit[]; history?: HistoryEntry[]; proposals?: Proposal[];
}
export interface Reason { code: string; meaning: string; of_true_hit: boolean }
export interface Proposal {
  id: string; what: string; subject: string; state: 'open' | 'approved' | 'refused' | 'withdrawn'; proposed_by: string; proposed_at: string;
  content: Record<string, unknown>; decided_by?: string; decided_at?: string; reason?: string;
}
export interface Consultation {
  id: string; kind: string; authority: string; decision: string; rule: string; state: 'open' | 'sent' | 'answered'; deadline: string; overdue: boolean;
  opened_by: string; opened_at: string; packet: string; pdf: string; sent_on?: string; reference?: string; answered_on?: string; answer?: string; answer_file?: string;
}
export interface Packet {
  authority: { code: string; name: string; form: string; source: string }; question: string;
  application: { section: string; fields: Record<string, unknown> }[]; to_be_filled: string[]; not_verified: string[]; finding: Finding;
}
export interface Cap { cap: string; limit: string; used: string; left: string }
export interface LicenceSummary {
  number: string; authority: string; regime: string; state: string; from: string; to: string; days_left: number; caps: Cap[];
}
export interface LicenceStory extends LicenceSummary {
  licence: Record<string, unknown>;
  events: { what: string; at: string; by: string; approved_by: string; reason?: string }[];
  uses: { deal: string; state: string; at: string; decision?: string; draws: { cap: string; amount: string }[]; due?: string[] }[];
  open_proposals: Proposal[];
}
export interface Edition {
  list: string; part?: string; edition: string; published: string; imported_at: string; format: string; entities: number; names: number; relations: number;
  sample?: boolean; warnings: string[]; held: string[]; age_days: number; current: boolean; stale: boolean;
}
export interface Changed { id: string; schema: string; caption: string; fields: { field: string; removed?: string[]; added?: string[] }[] }
export interface ListDiff {
  list: string; part?: string;
  before: { edition: string; published: string; entities: number }; after: { edition: string; published: string; entities: number };
  added: Changed[]; removed: Changed[]; changed: Changed[];
}
export interface Step { query: string; listed: string; how: string; score: number; cost?: number }
export interface Hit {
  id: string; list: string; part?: string; schema: string; caption: string; score: number; matched_name: string; certain: boolean; programs: string[];
  source_url: string; explain: Step[]; also_listed?: { list: string; id: string; caption: string; because: string }[];
}
export interface ListedEntity {
  entity: { id: string; schema: string; caption: string; properties: Record<string, string[]>; designations?: Designation[]; line?: number };
  list: string; part?: string; edition: string; published: string; relations: Record<string, unknown>[];
}
export interface SearchResult { kind: string; id: string; title: string; detail: string; href: string }
export interface Control { list: string; title: string; regime: string; article?: string; code: string; words?: string; verified?: boolean; partial?: boolean; from?: string; to?: string }
export interface GoodsCode { code: string; as_of: string; controls: Control[] }
export interface Rule { id: string; kind: string; regime: string; authority: string; citation: string; because: string; status: string }
export interface Network {
  parties: { number: number; id: string; name: string; schema: string; country: string; listed: { list: string; entity: string; caption: string }[] }[];
  holdings: { owner: number; asset: number; kind: string; share: string; from?: string; to?: string; holds: boolean; decides: boolean; sources?: string[] }[];
}
export interface Ownership {
  party: number; network: Network;
  answers: { regime: string; rule: string; title: string; authority: string; citation: string; answer: string; held: string; chain: string; status: string }[];
}
export interface Replayed { decision: string; same: boolean; bytes: number; first_difference?: number; recomputed?: string; evaluation?: Evaluation; flags?: FlagAnswer[] }
export interface FlagAnswer { flag: string; title: string; citation: string; weight: number; answer: 'yes' | 'no' | 'unknown'; about?: string[]; because?: string; missing?: string[] }
export interface Verification { sound: boolean; ledger_entries: number; editions: number; blobs: number; head: string; damage: string[] }
export interface Person { name: string; roles: string[]; active: boolean }
export interface WatchRow { decision: string; outcome: Outcome; decided_at: string; as_of: string }
export interface WatchedBook {
  entries: number; hits: number; waiting: string[]; deals: { deal: string; parties?: string[]; decisions: WatchRow[] }[];
  basis?: { as_of: string; lists: { list: string; part?: string; edition: string; published: string; sample?: boolean }[]; policy?: string; ownership?: { source: string; published: string }[] };
  runs: { sequence: number; at: string; added?: number; replaced?: number; removed?: number | string[]; deals?: number; hits?: number; screened?: number; events?: number }[];
}
export interface BookRule { id: string; kind: string; regime: string; authority: string; citation: string; about?: string; outcome?: string; status: string; from?: string; to?: string; because?: string }
export interface Token { id: string; kind: 'token' | 'certificate'; name: string; machine: boolean; expires: string; rate: number; quota: number; revoked: boolean; secret?: string }
