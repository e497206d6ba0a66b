import { TRIGGER, webhookExample } from './builders.ts';
import { random } from './random.ts';

/** The kinds of deliveries. `duplicate`: the same bytes again. `unmapped`: an update of fields that we do not store. */
export const deliveryKinds = ['new', 'update', 'unmapped', 'duplicate', 'stale', 'irrelevant'] as const;
export type SampleKind = (typeof deliveryKinds)[number];

/** Percent of all deliveries. */
const SHARES: Record<SampleKind, number> = {
  irrelevant: 60,
  new: 10,
  update: 10,
  unmapped: 10,
  duplicate: 5,
  stale: 5,
};

/** Projects of an organization in Linear. */
export const linearProjects = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `project-${index}`,
    name: `Project ${index}`,
    url: `https://linear.app/acme/project/project-${index}`,
  }));

/** An edit older than the one that creates the issue. */
const STALE = 0;
const EDITED_FROM = Date.parse('2026-11-02T10:00:00.000Z');

/** A webhook body of the issue `id` after its `edit`th edit. The number in the id decides the project. */
const issueBody = (
  id: string,
  edit: number,
  { envelope, data, projects, now }: { envelope: object; data?: object; projects: number; now: number },
): Buffer => {
  const example = webhookExample('01-issue-create');
  const project = linearProjects(projects)[Number(id.split('-')[1]) % projects];
  const version = {
    id,
    identifier: id.toUpperCase(),
    title: `Edit ${edit} of ${id}`,
    project,
    projectId: project?.id,
    updatedAt: new Date(EDITED_FROM + edit * 1000).toISOString(),
    labels: [TRIGGER],
    labelIds: [TRIGGER.id],
  };
  const at = { createdAt: new Date(now).toISOString(), webhookTimestamp: now };
  return Buffer.from(
    JSON.stringify({ ...example, ...at, ...envelope, data: { ...example.data, ...version, ...data } }),
  );
};

/** A fresh webhook of a new labelled issue. */
export const newIssue = (number: number, { projects = 20, now = Date.now() } = {}): Buffer =>
  issueBody(`issue-${number}`, 1, { envelope: { action: 'create' }, projects, now });

/**
 * The deliveries of a busy organization, in an order that `seed` decides. Each body is made when it is taken, so that it
 * is fresh when it is sent.
 */
export function* deliveries({
  count,
  projects = 20,
  seed = 1,
  first = 0,
  now = Date.now,
}: {
  count: number;
  projects?: number;
  seed?: number;
  /** The number of the first new issue. Runs with disjoint numbers have different issues. */
  first?: number;
  now?: () => number;
}): Generator<{ kind: SampleKind; body: Buffer }> {
  const chance = random(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
  const edits = new Map<string, number>();
  const issues: string[] = [];
  const sent: Buffer[] = [];

  const body = (envelope: object, id: string, edit: number, data: object = {}): Buffer =>
    issueBody(id, edit, { envelope, data, projects, now: now() });
  const update = (updatedFrom: object) => ({ action: 'update', updatedFrom });
  const relevant = (bytes: Buffer) => {
    sent.push(bytes);
    return bytes;
  };
  const unlabelled = { labels: [], labelIds: [] };
  const foreign = () => `foreign-${Math.floor(chance() * 1000)}`;
  const nextEdit = (id: string) => {
    const edit = (edits.get(id) ?? 0) + 1;
    edits.set(id, edit);
    return edit;
  };

  const make: Record<SampleKind, () => Buffer> = {
    new: () => {
      const id = `issue-${first + issues.length}`;
      issues.push(id);
      edits.set(id, 1);
      return relevant(body({ action: 'create' }, id, 1));
    },
    update: () => {
      const id = pick(issues);
      return relevant(body(update({ title: 'Before' }), id, nextEdit(id)));
    },
    unmapped: () => {
      const id = pick(issues);
      return body(update({ sortOrder: 1, updatedAt: 'before' }), id, nextEdit(id));
    },
    duplicate: () => pick(sent.slice(-100)),
    stale: () => body(update({ title: 'Before' }), pick(issues), STALE),
    irrelevant: () =>
      pick([
        () => body(update({ title: 'Before' }), foreign(), 1, unlabelled),
        () => body({ action: 'create' }, foreign(), 1, unlabelled),
        () => body({ action: 'create', type: 'Comment' }, 'comment-1', 1),
        () => body({ action: 'create', type: 'Reaction' }, 'reaction-1', 1),
      ])(),
  };

  const deck = deliveryKinds.flatMap((kind) =>
    Array<SampleKind>(Math.round((count * SHARES[kind]) / 100)).fill(kind),
  );
  for (let last = deck.length - 1; last > 0; last--) {
    const other = Math.floor(chance() * (last + 1));
    [deck[last], deck[other]] = [deck[other] as SampleKind, deck[last] as SampleKind];
  }
  // An issue must exist before it can be updated or repeated.
  deck.splice(deck.indexOf('new'), 1);
  for (const kind of ['new' as const, ...deck]) yield { kind, body: make[kind]() };
}
