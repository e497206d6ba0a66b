/** What a page's plan consists of, in SAFe's words. */

/** The levels of a plan, the highest first. */
export const levels = ['epic', 'capability', 'feature', 'story'] as const;
export type Level = (typeof levels)[number];

/** What kind of enabler an item is. An enabler is a type of item, not a level. */
export const enablerTypes = [
  'exploration',
  'architectural',
  'infrastructure',
  'compliance',
  'untyped',
] as const;
export type EnablerType = (typeof enablerTypes)[number];

/** An acceptance criterion. `done` is `null` where the page has no tick box for it. */
export type Criterion = { text: string; done: boolean | null };

/** The parts of WSJF. `value` is computed if all four others are there, else as stated on the page. */
export type Wsjf = { bv?: number; tc?: number; rr?: number; size?: number; value?: number };

/** What a page says about an item. Long texts are Markdown; a field that the page leaves blank is absent. */
export type ItemFields = {
  description?: string;
  benefit?: string;
  acceptance?: Criterion[];
  estimate?: number;
  /** An estimate as written, where it is not a number of points. */
  estimateRaw?: string;
  /** Linear's numbers: 1 urgent, 2 high, 3 medium, 4 low. */
  priority?: 1 | 2 | 3 | 4;
  priorityRaw?: string;
  wsjf?: Wsjf;
  pi?: string;
  iteration?: string;
  owner?: string;
  team?: string;
  status?: string;
  /** An ISO date. */
  target?: string;
  targetRaw?: string;
  /** A Linear identifier, such as `ENG-12`. */
  linear?: string;
  jira?: string[];
  /** Another item (`r3`), `linear:ENG-4`, `jira:TRAM-9`, or a text that names no item (`?Data lake`). */
  dependsOn?: string[];
  /** Whether its task is ticked, for an item that is a task. */
  done?: boolean;
  /** A parent that is only a link to Jira or Linear. */
  externalParent?: string;
};

/** Where an item stands on the page: what identifies it at the next reading. */
export type Anchors = {
  /** The canonical form of its key, such as `F12`. Only the first item with a key has it. */
  key?: string;
  /** A Linear identifier. */
  linear?: string;
  /** The editor's id of the heading, paragraph, list item, row or task. */
  localId?: string;
  /** The macro id of its box, or `task:12`. */
  box?: string;
  /** `level|titleNorm(parent)|titleNorm`. */
  path: string;
};

/** An item as one reading of a page found it. */
export type PlanItem = {
  /** Its name within this reading: `r1`, `r2`, … in the order of the page. */
  ref: string;
  level: Level;
  enabler: EnablerType | null;
  /** The key as written on the page. */
  key: string | null;
  title: string;
  /** The `ref` of its parent. */
  parent: string | null;
  fields: ItemFields;
  anchors: Anchors;
  /** The first 120 characters of its title as it stands on the page. */
  quote: string;
};

/** A remark about an item (`ref`), or about the page (`ref` is `null`). Codes: docs/planning.md. */
export type Warning = { code: string; ref: string | null; refs?: string[]; quote?: string };

/** What the blocks of a page became. `blocks` is the sum of the other five. */
export type Coverage = {
  blocks: number;
  item: number;
  field: number;
  context: number;
  ignored: number;
  unread: number;
};

export type PageProps = {
  pi?: string;
  owner?: string;
  status?: string;
  target?: string;
  release?: string;
  team?: string;
};

/** What a page's text says: the result of one reading. */
export type Reading = {
  pageProps: PageProps;
  items: PlanItem[];
  warnings: Warning[];
  coverage: Coverage;
  /** What was left out on purpose, with the first 80 characters of each block. */
  ignored: { reason: string; quote: string }[];
  /** What could not be read, such as an include macro. */
  unread: { reason: string; target: string }[];
} & (
  | { outcome: 'plan' }
  | { outcome: 'not_a_plan'; seen: { reason: string; candidates: number } }
  /** Line and column count from 1, the offset (UTF-16) from 0; all within the page's text. */
  | { outcome: 'malformed'; error: { line: number; column: number; offset: number; message: string } }
  /** Larger or deeper than the reader's limits: `limit` names the one, `most` its value. */
  | { outcome: 'too_large'; exceeded: { limit: 'bytes' | 'items' | 'levels'; most: number } }
);
