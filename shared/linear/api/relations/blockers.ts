import * as z from 'zod/mini';
import { batched } from '../../../batched.ts';
import { type Blocker, type Blockers, blockerStateOf } from '../../../domain/features/dependencies.ts';
import { id, text } from '../../fields.ts';
import { nextOf } from '../../pages.ts';
import { unlessRefused } from '../refused.ts';
import type { Session } from '../session.ts';
import * as operations from './relation-operations.ts';
import { readRelations } from './relations-by-id.ts';

/** How many relations of one issue are read. */
const MOST_RELATIONS = 1_000;
const NONE: Blockers = { blockers: [], hidden: 0 };

export type BlockersByIssue = ReadonlyMap<string, Blockers>;

const type = z.literal('blocks');
const Blocking = z.object({
  type,
  issue: z.object({
    id,
    identifier: text(100),
    state: z.object({ type: text(100) }),
    trashed: z.optional(z.unknown()),
    archivedAt: z.optional(z.unknown()),
  }),
});
const BlockingId = z.object({ id, type });

const WITH_ISSUES = { page: operations.moreBlockers, all: operations.allBlockers };
export const IDS_ONLY = { page: operations.relationIds, all: operations.allRelationIds };

export const blockersApi = (session: Session) => ({
  /** What blocks up to 250 issues. Issues that Linear does not show are absent. */
  async blockersOf(issueIds: readonly string[]): Promise<BlockersByIssue> {
    const nodes = await unlessRefused(
      async () => (await session.execute(operations.fewBlockers, { issueIds })).issues.nodes,
      () => undefined,
    );
    return nodes ? blockersOfNodes(session, nodes) : readCarefully(session, issueIds);
  },
});

/** Reads with blockers, or without if Linear refuses that because of a relation to an issue that the app cannot see. */
export const readWithBlockers = <T>(
  withBlockers: boolean,
  read: (withBlockers: boolean) => Promise<T>,
): Promise<T> =>
  withBlockers
    ? unlessRefused(
        () => read(true),
        () => read(false),
      )
    : read(false);

type Node = { id: string; inverseRelations?: { nodes: readonly unknown[] } | undefined };

/**
 * What blocks the issues of a page. Read again are issues with more relations than the page holds, and those whose
 * relations were left out of the page because Linear refuses them.
 */
export const blockersOfNodes = async (
  session: Session,
  nodes: readonly Node[],
): Promise<Map<string, Blockers>> => {
  const found = new Map<string, Blockers>();
  const [long, refused]: [string[], string[]] = [[], []];
  for (const { id, inverseRelations } of nodes) {
    if (!id) continue;
    found.set(id, inverseRelations ? blockersIn(id, inverseRelations.nodes) : NONE);
    if (!inverseRelations) refused.push(id);
    else if (inverseRelations.nodes.length >= operations.RELATIONS_AT_ONCE) long.push(id);
  }
  const again = [await readInFull(session, long), await readCarefully(session, refused)];
  // An issue that is gone by then has no blockers.
  for (const issueId of [...long, ...refused])
    found.set(issueId, again.flatMap((read) => read.get(issueId) ?? [])[0] ?? NONE);
  return found;
};

const readInFull = (session: Session, issueIds: readonly string[]): Promise<Map<string, Blockers>> =>
  unlessRefused(
    async () => {
      const relations = await relationsOf(session, issueIds, WITH_ISSUES);
      return new Map([...relations].map(([issueId, nodes]) => [issueId, blockersIn(issueId, nodes)]));
    },
    () => readCarefully(session, issueIds),
  );

/**
 * Linear may refuse a whole request if one of its relations leads to an issue that the app cannot see. So this reads
 * the relations without those issues first.
 */
const readCarefully = async (
  session: Session,
  issueIds: readonly string[],
): Promise<Map<string, Blockers>> => {
  const relations = await relationsOf(session, issueIds, IDS_ONLY);
  const blocking = [...relations].map(([issueId, nodes]) => ({
    issueId,
    ids: nodes.flatMap((node) => BlockingId.safeParse(node).data?.id ?? []),
  }));
  const ids = blocking.flatMap((each) => each.ids);
  const seen = await readRelations(session, ids, operations.blockerFields);
  return new Map(
    blocking.map(({ issueId, ids }) => {
      const nodes = ids.map((relationId) => seen.get(relationId));
      const hidden = ids.filter((relationId) => !seen.has(relationId)).length;
      return [issueId, { ...blockersIn(issueId, nodes), hidden }];
    }),
  );
};

type Operations = { page: typeof operations.moreBlockers; all: typeof operations.allBlockers };

/** The relations that end at issues, unparsed. Issues with more than one page holds are read again. */
export const relationsOf = async (
  session: Session,
  issueIds: readonly string[],
  { page, all }: Operations,
): Promise<Map<string, readonly unknown[]>> => {
  const found = new Map<string, readonly unknown[]>();
  for (const some of batched(issueIds, { size: page.issues })) {
    const { issues } = await session.execute(page, { issueIds: some });
    for (const { id, inverseRelations } of issues.nodes) found.set(id, inverseRelations.nodes);
  }
  for (const [issueId, { length }] of found)
    if (length >= page.relations) found.set(issueId, await everyRelation(session, issueId, all));
  return found;
};

/** None if the issue is gone before its last page is read. */
const everyRelation = async (
  { execute }: Session,
  issueId: string,
  all: Operations['all'],
): Promise<unknown[]> => {
  const found: unknown[] = [];
  let after: string | undefined;
  do {
    const { issues } = await execute(all, { issueIds: [issueId], after });
    const [issue] = issues.nodes;
    if (!issue) return [];
    found.push(...issue.inverseRelations.nodes);
    after = nextOf(issue.inverseRelations.pageInfo);
  } while (after && found.length < MOST_RELATIONS);
  return found;
};

/** The blockers among the relations that end at an issue: each once, and never the issue itself. */
const blockersIn = (issueId: string, relations: readonly unknown[]): Blockers => {
  const blockers = new Map<string, Blocker>();
  for (const relation of relations) {
    const issue = Blocking.safeParse(relation).data?.issue;
    if (!issue || issue.id === issueId) continue;
    const { identifier, state, trashed, archivedAt } = issue;
    blockers.set(issue.id, {
      linearIssueId: issue.id,
      identifier,
      state: blockerStateOf({ state, archived: trashed || archivedAt }),
    });
  }
  return { blockers: [...blockers.values()], hidden: 0 };
};
