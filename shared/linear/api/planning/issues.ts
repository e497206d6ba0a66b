import { batched } from '../../../batched.ts';
import type { LinearIssue } from '../../../domain/planning/change-set/linear-state.ts';
import { type Head, readEach, type Unreadable } from '../../pages.ts';
import { IDS_ONLY, relationsOf } from '../relations/blockers.ts';
import { readRelations } from '../relations/relations-by-id.ts';
import type { Session } from '../session.ts';
import { IN_FULL } from '../snapshots.ts';
import { blockersOf, linearIssueOf, OF_A_PAGE, PlanIssueNode } from './issue-node.ts';
import * as operations from './operations.ts';

/**
 * `unreadable` are issues that Linear sent in a form that we do not know. They exist: a plan must neither create them
 * again nor take them for gone.
 */
export type PlanIssueBatch = { issues: LinearIssue[]; unreadable: Unreadable[] };

/** The issues of a page, with all of their blockers and links. Those with more than a page holds are read again. */
export const planIssueBatch = async (
  session: Session,
  heads: readonly Head[],
  linkPrefix: string,
): Promise<PlanIssueBatch> => {
  const { items: nodes, unreadable } = readEach(PlanIssueNode, heads);
  if (unreadable.length > 0) session.onUnreadable('issues', unreadable);
  const unsettled = nodes.filter(
    ({ inverseRelations }) => !inverseRelations || inverseRelations.nodes.length >= OF_A_PAGE.relations,
  );
  const blockers = await allBlockers(session, idsOf(unsettled));
  const linked = nodes.filter(({ links }) => links.nodes.length >= OF_A_PAGE.links);
  const links = await allLinks(session, idsOf(linked), linkPrefix);
  return {
    issues: nodes.map((node) =>
      linearIssueOf(
        node,
        blockers.get(node.id) ?? blockersOf(node.id, node.inverseRelations?.nodes ?? []),
        links.get(node.id),
      ),
    ),
    unreadable,
  };
};

const idsOf = (nodes: readonly { id: string }[]): string[] => nodes.map(({ id }) => id);

type Blockers = LinearIssue['blockers'];

/**
 * Everything that blocks these issues, but for issues that the app cannot see. The relations are read without their
 * ends first, because Linear may refuse a whole request for one end.
 */
const allBlockers = async (
  session: Session,
  issueIds: readonly string[],
): Promise<ReadonlyMap<string, Blockers>> => {
  if (issueIds.length === 0) return new Map();
  const relations = await relationsOf(session, issueIds, IDS_ONLY);
  const blocking = [...relations.values()].flat().filter(isBlocking);
  const ends = await readRelations(session, idsOf(blocking), 'id type issue { id }');
  return new Map(
    [...relations].map(([issueId, nodes]) => [
      issueId,
      blockersOf(
        issueId,
        nodes.filter(isBlocking).map(({ id }) => ends.get(id)),
      ),
    ]),
  );
};

const isBlocking = (relation: unknown): relation is { id: string; type: 'blocks' } => {
  const { id, type } = relation as { id?: unknown; type?: unknown };
  return typeof id === 'string' && type === 'blocks';
};

const allLinks = async (
  { execute }: Session,
  issueIds: readonly string[],
  linkPrefix: string,
): Promise<ReadonlyMap<string, { url: string }[]>> => {
  const found = new Map<string, { url: string }[]>();
  for (const some of batched(issueIds, { size: IN_FULL })) {
    const { issues } = await execute(operations.planLinks, { issueIds: some, linkPrefix });
    for (const { id, links } of issues.nodes) found.set(id, links.nodes);
  }
  return found;
};
