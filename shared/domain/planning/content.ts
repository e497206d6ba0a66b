import { hash } from 'node:crypto';
import { type Contents, contentsOf } from './identity/face.ts';
import type { Anchors, EnablerType, ItemFields, Level, PlanItem, Warning } from './plan.ts';

/** Longer titles are cut: a row keeps them, and matching compares them. */
const LONGEST_TITLE = 2_000;
/** A longer value identifies nothing that an editor or a person wrote. */
const LONGEST_ANCHOR = 300;

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
  warnings: Omit<Warning, 'ref'>[];
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

/** The content of an item of a reading. `idOf` names the items of the reading by their refs. */
export const contentOf = (
  item: PlanItem,
  warnings: readonly Warning[],
  idOf: (ref: string) => string,
): ItemContent => {
  const { dependsOn, ...fields } = item.fields;
  const isRef = (of: string) => /^r\d+$/.test(of);
  const content = {
    title: cut(item.title, LONGEST_TITLE),
    key: item.key ?? undefined,
    pageLevel: item.level,
    pageEnabler: item.enabler ?? undefined,
    parentId: item.parent === null ? undefined : idOf(item.parent),
    anchors: storedAnchors(item.anchors),
    quote: item.quote,
    fields: {
      ...fields,
      ...(dependsOn && { dependsOn: dependsOn.map((of) => (isRef(of) ? `item:${idOf(of)}` : of)) }),
    },
    contents: contentsOf(item.fields),
    warnings: warnings.map(({ ref: _, refs, ...warning }) => ({
      ...warning,
      ...(refs && { refs: refs.map(idOf) }),
    })),
  };
  return { ...content, contentHash: digest(JSON.stringify(content)) };
};
