import { hash } from 'node:crypto';
import { fitting } from '../../fitting.ts';
import { type Contents, contentsOf } from './identity/face.ts';
import type { Anchors, EnablerType, ItemFields, Level, PlanItem, Warning } from './plan.ts';

/** Longer titles are cut: a row keeps them, and matching compares them. */
const LONGEST_TITLE = 2_000;
/** What an item is warned of has to fit into its row: a hundred rows are stored in one transaction of 4 MB. */
const MOST_WARNINGS = { most: 20, bytes: 8_000 };
const MOST_REFS = 20;
const LONGEST_QUOTE = 500;
/** A longer value identifies nothing that an editor or a person wrote. */
const LONGEST_ANCHOR = 300;

/** A warning as it is stored. `more`: how many refs, or whole warnings, were left out. */
export type StoredWarning = Omit<Warning, 'ref'> & { more?: number };

/** A warning without its own ref, and with as many of the others as a row takes. `idOf` names them. */
export const storedWarning = (
  { code, refs = [], quote }: Warning,
  idOf: (ref: string) => string = (ref) => ref,
): StoredWarning => ({
  code,
  ...(refs.length > 0 && { refs: refs.slice(0, MOST_REFS).map(idOf) }),
  ...(refs.length > MOST_REFS && { more: refs.length - MOST_REFS }),
  ...(quote !== undefined && { quote: cut(quote, LONGEST_QUOTE) }),
});

/** The first warnings of an item, and how many more there are. */
const storedWarnings = (warnings: readonly Warning[], idOf: (ref: string) => string): StoredWarning[] => {
  const first = fitting(
    warnings.slice(0, MOST_WARNINGS.most).map((warning) => storedWarning(warning, idOf)),
    MOST_WARNINGS,
  );
  const more = warnings.length - first.length;
  return more > 0 ? [...first, { code: 'more_warnings', more }] : first;
};

/** What the page says about an item, as it is stored. Other items are named by their ids. */
export type ItemContent = {
  title: string;
  key?: string | undefined;
  pageLevel: Level;
  pageEnabler?: EnablerType | undefined;
  parentId?: string | undefined;
  anchors: Anchors;
  quote: string;
  fields: ItemFields;
  contents: Contents;
  warnings: StoredWarning[];
  /** Of all of the above. */
  contentHash: string;
};

const digest = (text: string): string => hash('sha256', text, 'base64url');

const cut = (text: string, most: number): string => text.slice(0, most).toWellFormed();

const short = (anchor: string | undefined): string | undefined =>
  anchor !== undefined && anchor.length <= LONGEST_ANCHOR ? anchor : undefined;

/** A long path is stored as its hash, which compares equal as well. */
const storedAnchors = ({ key, linear, localId, box, path }: Anchors): Anchors => ({
  ...(short(key) && { key }),
  ...(short(linear) && { linear }),
  ...(short(localId) && { localId }),
  ...(short(box) && { box }),
  path: short(path) ?? digest(path),
});

/**
 * An item of a reading as far as a row keeps it. Readings are compared as they are stored, so that a page whose titles
 * are cut is still the same page when it is read again.
 */
export const boundedItem = (item: PlanItem): PlanItem => ({
  ...item,
  title: cut(item.title, LONGEST_TITLE),
  key: item.key === null ? null : cut(item.key, LONGEST_ANCHOR),
  quote: cut(item.quote, LONGEST_QUOTE),
  anchors: storedAnchors(item.anchors),
});

/** The content of a bounded item of a reading. `idOf` names the items of the reading by their refs. */
export const contentOf = (
  item: PlanItem,
  warnings: readonly Warning[],
  idOf: (ref: string) => string,
): ItemContent => {
  const { dependsOn, ...fields } = item.fields;
  const isRef = (of: string) => /^r\d+$/.test(of);
  const content = {
    title: item.title,
    key: item.key ?? undefined,
    pageLevel: item.level,
    pageEnabler: item.enabler ?? undefined,
    parentId: item.parent === null ? undefined : idOf(item.parent),
    anchors: item.anchors,
    quote: item.quote,
    fields: {
      ...fields,
      ...(dependsOn && { dependsOn: dependsOn.map((of) => (isRef(of) ? `item:${idOf(of)}` : of)) }),
    },
    contents: contentsOf(item.fields),
    warnings: storedWarnings(warnings, idOf),
  };
  return { ...content, contentHash: digest(JSON.stringify(content)) };
};
