import type { EnablerType, Level, PageProps, Warning } from '../../domain/planning/plan.ts';
import { display, titleNorm } from '../../domain/planning/text.ts';
import { paragraph } from '../markdown.ts';
import type { Block, Cell } from '../storage/content.ts';
import type { Run, Users } from '../storage/runs.ts';
import { type Head, headOf } from '../words/head.ts';
import { below, identifierEnd, type Key, type PageKeys } from '../words/keys.ts';
import type { LevelWord } from '../words/lexicon.ts';
import type { Period } from '../words/period.ts';
import { userVoiceOf } from '../words/user-voice.ts';
import { dateOf } from '../words/values.ts';
import { addPiece, type Draft, type Periods } from './draft.ts';
import { addReference } from './fields.ts';
import { type Title, titlePriority } from './title.ts';

/** Cells of a row that name the items above its own. Resolved once all other items of the page are known. */
export type ParentCells = {
  row: Draft | undefined;
  /** The highest level first. */
  cells: { level: Level; cell: Cell }[];
  scope: Pick<Scope, 'item' | 'period'>;
  /** The order of its first cell. */
  order: number;
  block: Block;
};

/** What is collected while a page is read. */
export type Page = {
  users: Users;
  keys: PageKeys;
  drafts: Draft[];
  warnings: Warning[];
  props: PageProps;
  /** Labels of the headings outside items, which may say that the page is no plan. */
  headings: string[];
  parentCells: ParentCells[];
  /** What program boards say about items by their keys. */
  boards: { key: Key; iteration: string; team: string | undefined; block: Block }[];
  /** The `Epic` row of the page's properties, and the rows of requirement tables, which it is the parent of. */
  epic: { value: Cell; block: Block; order: number } | undefined;
  requirements: Draft[];
  /** Order of the next item: counts blocks and items as they are read. */
  order: number;
};

/** Where a block stands. */
export type Scope = {
  item: Draft | undefined;
  /** The level of the list that the nearest section heading announces. */
  section: LevelWord | undefined;
  /** Whether no other heading stands between the section heading and this. */
  isDirect: boolean;
  period: Periods;
  /** The panels around, as a prefix of each line of a description. */
  panels: Panel[];
  /** Whether this is the macro of page properties. */
  isProperties: boolean;
};

type Panel = { name: string; isNamed: boolean; within: Draft | undefined };

export const inPeriod = (scope: Scope, period: Period): Scope => ({
  ...scope,
  isDirect: false,
  period: { ...scope.period, ...period },
});

/** Everything that may say an item's level, beside the item it stands in. */
export type LevelHints = {
  /** A type cell. */
  type?: Pick<Head, 'word' | 'enabler'> | undefined;
  head?: Head | undefined;
  column?: LevelWord | undefined;
  key?: Key | undefined;
  section?: LevelWord | undefined;
  /** The level below the deepest parent column. */
  fallback?: Level | undefined;
};

const levelOfWord: Record<LevelWord, Level | undefined> = {
  epic: 'epic',
  capability: 'capability',
  feature: 'feature',
  story: 'story',
  requirement: 'story',
  spike: 'story',
  enabler: undefined,
};

const levelOf = (word: LevelWord | undefined): Level | undefined => word && levelOfWord[word];

const keyLevel = (key: Key | undefined, keys: PageKeys): Level | undefined => {
  if (key === undefined || key.kind === 'enabler') return undefined;
  let level: Level = key.kind;
  for (let steps = keys.depthOf(key); steps > 0; steps--) level = below[level];
  return level;
};

/** The level and the type that the page says itself. An enabler's level may be missing. */
export const classify = (hints: LevelHints, keys: PageKeys) => {
  const { type, head, column, section, fallback } = hints;
  const key = hints.key ?? head?.key;
  const word = levelOf(type?.word) ?? levelOf(head?.word) ?? levelOf(column);
  const byKey = keyLevel(key, keys);
  const isMismatch = word !== undefined && byKey !== undefined && word !== byKey && word !== key?.kind;
  return {
    level: word ?? byKey ?? levelOf(section) ?? fallback,
    enabler: enablerOf(hints, key),
    isMismatch,
  };
};

const enablerOf = ({ type, head, column, section }: LevelHints, key: Key | undefined): EnablerType | null => {
  const said = [type?.enabler, head?.enabler].filter((value) => value !== undefined);
  const typed = said.find((value) => value !== 'untyped');
  if (typed !== undefined) return typed;
  if (section === 'spike' || column === 'spike') return 'exploration';
  const words = [type?.word, head?.word, column, section];
  return said.length > 0 || words.includes('enabler') || key?.kind === 'enabler' ? 'untyped' : null;
};

/** The level of an enabler that says none: one below what it stands in. */
export const enablerLevel = (parent: Draft | undefined): Level =>
  parent === undefined ? 'feature' : below[parent.level];

export type NewDraft = {
  title: Title;
  hints: LevelHints;
  scope: Pick<Scope, 'item' | 'period'>;
  block: Block;
  localId?: string | undefined;
  box?: string | undefined;
  span?: { start: number; end: number } | undefined;
  order?: number;
  /** A key that does not stand in the title. */
  key?: { text: string; canonical: string } | undefined;
};

/** Makes an item. */
export const addDraft = (page: Page, made: NewDraft): Draft => {
  const { title, hints, scope, block } = made;
  const { level, enabler, isMismatch } = classify(hints, page.keys);
  const named = jiraLike(hints.head?.title ?? title.text);
  const key = made.key ?? hints.key ?? hints.head?.key ?? named.key;
  const sentence = userVoiceOf(named.title);
  const name = sentence?.want ?? display(named.title);
  const draft: Draft = {
    level: level ?? enablerLevel(scope.item),
    hasLevel: level !== undefined,
    enabler,
    key: key === undefined ? null : { text: key.text, canonical: key.canonical },
    title: name,
    norm: titleNorm(name),
    quote: first(title.quote, 120),
    fields: {},
    acceptance: [],
    wsjf: {},
    pieces: [],
    mentions: [...title.phrases],
    jira: new Set(),
    depends: [],
    blocks: [],
    parentName: undefined,
    enclosing: scope.item,
    parent: undefined,
    localId: made.localId,
    box: made.box,
    warnings: new Set(),
    period: scope.period,
    order: made.order ?? page.order++,
    block,
    span: made.span,
  };
  if (sentence !== undefined) addPiece(draft, paragraph([textRun(display(named.title))]));
  if (isMismatch) draft.warnings.add('level-key-mismatch');
  setTitleFields(draft, title);
  block.class = 'item';
  page.drafts.push(draft);
  return draft;
};

const textRun = (text: string): Run => ({ kind: 'text', text, marks: 0 });

/** The first characters of a text, without half a character at the end. */
export const first = (text: string, count: number): string => {
  const code = text.charCodeAt(count - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? count - 1 : count);
};

/** Takes a Jira key in brackets, which is a key only in front of an item's title. */
const jiraLike = (title: string): { title: string; key?: { text: string; canonical: string } } => {
  if (!title.startsWith('[')) return { title };
  const end = identifierEnd(title, 1);
  const rest = display(title.slice(end + 1));
  if (end === 1 || title.charAt(end) !== ']' || rest === '') return { title };
  const key = title.slice(1, end);
  return { title: rest, key: { text: key, canonical: key } };
};

const setTitleFields = (draft: Draft, title: Title): void => {
  const { fields } = draft;
  const priority = titlePriority(title);
  if (title.estimate !== undefined) fields.estimate = title.estimate;
  if (priority !== undefined) fields.priority = priority;
  if (title.owner !== undefined) fields.owner = title.owner;
  if (title.status) fields.status = title.status;
  if (title.target !== undefined) {
    const date = dateOf(title.target);
    if (date !== undefined) fields.target = date;
    else {
      fields.targetRaw = title.target;
      draft.warnings.add('date-unparsed');
    }
  }
  if (title.linear !== undefined) addReference(draft, { tracker: 'linear', id: title.linear });
  for (const id of title.jira) addReference(draft, { tracker: 'jira', id });
};

/** Reads a title as a head; one in a table or a section may have its key before a blank only. */
export const readHead = (page: Page, title: Title, blank = false): Head | undefined =>
  headOf(title.text, { keys: page.keys, blank });

/** Leaves a block out, and everything of it that is quoted. */
export const ignore = (block: Block, reason: string): void => {
  block.class = 'ignored';
  block.reason = reason;
};

/** Marks a block as about an item, unless it is one. */
export const markField = (block: Block): void => {
  if (block.class === 'context') block.class = 'field';
};
