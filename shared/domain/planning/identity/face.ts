import { hash } from 'node:crypto';
import type { Anchors, ItemFields, Level, PlanItem } from '../plan.ts';

/** Digests of what an item contains below its title. Equal digests mean the same text. */
export type Contents = { description?: string | undefined; criteria?: string | undefined };

/** What an item is recognised by. All of it as the page says it: what a person decided otherwise does not count. */
export type Face = {
  level: Level;
  title: string;
  /** As written on the page. The canonical form is `anchors.key`. */
  key: string | null;
  anchors: { [A in 'key' | 'linear' | 'localId' | 'box']?: Anchors[A] | undefined };
  contents: Contents;
};

/** An item of earlier readings of the page. */
export type KnownItem = Face & {
  id: string;
  parentId: string | null;
  /** It was not on the page at the last reading. */
  isMissing: boolean;
  /** Its issue is claimed or done: it must not become another piece of work unseen. */
  isGuarded: boolean;
  /** A person said that the item with this face is this item. */
  confirmedAs?: Face;
  /** A person said that the items with these faces are other items. */
  refused?: Face[];
};

const digest = (text: string): string =>
  hash('sha256', text.replace(/\s+/g, ' ').trim(), 'base64url').slice(0, 22);

/** The digests of an item's description and acceptance criteria. Ticks do not count. */
export const contentsOf = ({ description, acceptance }: ItemFields): Contents => ({
  ...(description && { description: digest(description) }),
  ...(acceptance?.length && { criteria: digest(acceptance.map(({ text }) => text).join('\n')) }),
});

/** What an item of a new reading is recognised by. A session keeps it with the item for the next reading. */
export const faceOf = ({ level, title, key, anchors, fields }: PlanItem): Face => {
  const { key: canonicalKey, linear, localId, box } = anchors;
  return {
    level,
    title,
    key,
    anchors: {
      ...(canonicalKey !== undefined && { key: canonicalKey }),
      ...(linear !== undefined && { linear }),
      ...(localId !== undefined && { localId }),
      ...(box !== undefined && { box }),
    },
    contents: contentsOf(fields),
  };
};
