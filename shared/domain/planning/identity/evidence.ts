import type { Entry, Sides } from './entries.ts';
import { merged, type Pairs, pair, pairsBy } from './pairs.ts';
import { type Series, seriesOf, unlessContradicted } from './series.ts';

/** Who votes on whether two items are the same. A `place` is the editor's id of where it stands: its local-id or box. */
export const voters = ['key', 'linear', 'place', 'title'] as const;
export type Voter = (typeof voters)[number];

export type Evidence = {
  votes: Record<Voter, Pairs>;
  /** The same title at another level. */
  otherLevel: Pairs;
  /** All of the above. */
  titlesAndVotes: Pairs[];
  /** Whether the two name different things: other keys, or other issues of Linear. */
  differ: Series['differ'];
  /** The same description, and the same criteria. */
  contents: Pairs[];
  /** Parents that have at least half of their children in common. */
  families: Pairs;
};

type Common = Parameters<typeof seriesOf>[2];

const placesOf = (sides: Sides, common: Common): Pairs => {
  const { titles } = common;
  const isTask = ({ face }: Entry) => face.anchors.box?.startsWith('task:') === true;
  const taskId = (entry: Entry) => (isTask(entry) ? entry.face.anchors.box : undefined);
  const macroId = (entry: Entry) => (isTask(entry) ? undefined : entry.face.anchors.box);
  const localIds = pairsBy(sides, ({ face }) => face.anchors.localId);
  const places = unlessContradicted(sides, localIds, titles);
  const boxes = [
    ...unlessContradicted(sides, pairsBy(sides, macroId), titles).toFresh,
    ...seriesOf(sides, taskId, common).pairs.toFresh,
  ];
  return merged(places, { toFresh: new Map(boxes) });
};

const sizes = (entries: Entry[]): Map<number, number> => {
  const children = new Map<number, number>();
  for (const { parent } of entries) children.set(parent, (children.get(parent) ?? 0) + 1);
  return children;
};

const familiesOf = (sides: Sides, { title, place }: { title: Pairs; place: Pairs }): Pairs => {
  const common = new Map<string, { known: number; fresh: number; children: number }>();
  for (const [known, entry] of sides.known.entries()) {
    const fresh = title.toFresh.get(known) ?? place.toFresh.get(known) ?? -1;
    const parents = { known: entry.parent, fresh: sides.fresh[fresh]?.parent ?? -1 };
    if (parents.known < 0 || parents.fresh < 0) continue;
    const name = `${parents.known} ${parents.fresh}`;
    common.set(name, { ...parents, children: (common.get(name)?.children ?? 0) + 1 });
  }
  const [before, after] = [sizes(sides.known), sizes(sides.fresh)];
  const families: Pairs = { toFresh: new Map(), toKnown: new Map() };
  for (const { known, fresh, children } of [...common.values()].sort((a, b) => b.children - a.children)) {
    const most = Math.max(before.get(known) ?? 0, after.get(fresh) ?? 0);
    const isFree = !families.toFresh.has(known) && !families.toKnown.has(fresh);
    if (2 * children >= most && isFree) pair(families, known, fresh);
  }
  return families;
};

export const evidenceOf = (sides: Sides): Evidence => {
  const title = pairsBy(sides, ({ face, norm }) => (norm === '' ? undefined : `${face.level}|${norm}`));
  const otherLevel = pairsBy(sides, ({ norm }) => norm || undefined);
  const contents = [
    pairsBy(sides, ({ face }) => face.contents.description),
    pairsBy(sides, ({ face }) => face.contents.criteria),
  ];
  const common = { titles: merged(title, otherLevel), contents };
  const keys = seriesOf(sides, ({ key }) => key, common);
  const linear = pairsBy(sides, ({ face }) => face.anchors.linear);
  const place = placesOf(sides, common);
  const otherIssue = (a: Entry, b: Entry) =>
    a.face.anchors.linear !== undefined &&
    b.face.anchors.linear !== undefined &&
    a.face.anchors.linear !== b.face.anchors.linear;
  const votes = { key: keys.pairs, linear, place, title };
  return {
    votes,
    otherLevel,
    titlesAndVotes: [...Object.values(votes), otherLevel],
    differ: (known, fresh) => keys.differ(known, fresh) || otherIssue(known, fresh),
    contents,
    families: familiesOf(sides, { title, place }),
  };
};
