import type { PlanItem } from '../plan.ts';
import { dice, partsOf } from '../similarity.ts';
import { titleNorm } from '../text.ts';
import { type Face, faceOf, type KnownItem } from './face.ts';

/** An item while two readings are compared. Items are named by their position in their list. */
export type Entry = {
  face: Face;
  /** Its canonical key, if no other item of the page repeats it. */
  key: string | undefined;
  norm: string;
  readonly parts: string[];
  /** Its parent's position, or -1. */
  parent: number;
  isMissing: boolean;
};

export type Sides = { known: Entry[]; fresh: Entry[] };

const tail = (key: string): string => key.slice(Math.max(0, key.search(/\d/)));

/** Only the first item with a key has an anchor for it. The others still write it, in whatever form. */
const repeatedKeys = (faces: Face[]): Set<string> => {
  const repeats = new Set<string>();
  for (const { key, anchors, level } of faces)
    if (key !== null && anchors.key === undefined) repeats.add(key).add(`${level} ${tail(key)}`);
  if (repeats.size === 0) return repeats;
  return new Set(
    faces.flatMap(({ key, anchors, level }) => {
      const written = anchors.key ?? '';
      return repeats.has(`${level} ${tail(written)}`) || repeats.has(key ?? '') ? [written] : [];
    }),
  );
};

const entriesOf = (
  faces: Face[],
  parentOf: (at: number) => number,
  isMissing: (at: number) => boolean,
): Entry[] => {
  const repeated = repeatedKeys(faces);
  return faces.map((face, at) => {
    const { key } = face.anchors;
    let parts: string[] | undefined;
    return {
      face,
      key: key === undefined || repeated.has(key) ? undefined : key,
      norm: titleNorm(face.title),
      // Most titles are never compared with a different one.
      get parts() {
        parts ??= partsOf(face.title);
        return parts;
      },
      parent: parentOf(at),
      isMissing: isMissing(at),
    };
  });
};

/** An item that a person confirmed to be another one has that one's face. */
export const sidesOf = (known: readonly KnownItem[], fresh: readonly PlanItem[]): Sides => {
  const ids = new Map(known.map(({ id }, at) => [id, at]));
  const refs = new Map(fresh.map(({ ref }, at) => [ref, at]));
  return {
    known: entriesOf(
      known.map((item) => item.confirmedAs ?? item),
      (at) => ids.get(known[at]?.parentId ?? '') ?? -1,
      (at) => known[at]?.isMissing === true,
    ),
    fresh: entriesOf(
      fresh.map(faceOf),
      (at) => refs.get(fresh[at]?.parent ?? '') ?? -1,
      () => false,
    ),
  };
};

/** How alike two titles are, from 0 to 1. */
export const alike = (a: Entry, b: Entry): number => (a.norm === b.norm ? 1 : dice(a.parts, b.parts));

/** The least similarity of titles at which one vote is enough, and at which a vote against two of them counts. */
export const ALIKE = 0.5;

/** The similarity of titles that differ in one word of four. */
export const CLOSE = 0.75;
