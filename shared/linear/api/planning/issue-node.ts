import * as z from 'zod/mini';
import type { LinearIssue } from '../../../domain/planning/change-set/linear-state.ts';
import { amount, id, text } from '../../fields.ts';
import { Timestamp } from '../../timestamp.ts';

const reference = z.optional(z.nullable(z.object({ id })));

/** How many relations and links of each issue a request selects. An issue with as many is read again. */
export type AtOnce = { relations: number; links: number };

/** A page of 250 issues stays below the 10,000 points of a query. */
export const OF_A_PAGE: AtOnce = { relations: 5, links: 2 };
/** A mutation answers few issues, and whoever sent it should not have to read them again. */
export const OF_AN_ANSWER: AtOnce = { relations: 25, links: 5 };

/** The variables of `planIssueFields`, declared. */
export const issueVariables = '$linkPrefix: String!';

/** Blockers are asked for only `withRelations`, because Linear may refuse one that leads to an issue out of sight. */
export const planIssueFields = ({ relations, links }: AtOnce, directive = ''): string => `
  id identifier url title description priority estimate labelIds updatedAt archivedAt trashed
  state { type } team { id } project { id } projectMilestone { id } parent { id } cycle { id } creator { id }
  inverseRelations(first: ${relations}) ${directive} { nodes { id type issue { id } } }
  links: attachments(first: ${links}, filter: { url: { startsWith: $linkPrefix } }) { nodes { url } }`;

const Nodes = z.object({ nodes: z.array(z.unknown()) });
export const Link = z.object({ url: text(10_000) });

export const PlanIssueNode = z.object({
  id,
  identifier: text(100),
  url: text(2_000),
  title: text(10_000),
  description: z.optional(z.nullable(text(1_000_000))),
  priority: z.number(),
  estimate: z.optional(z.nullable(amount)),
  labelIds: z.array(id).check(z.maxLength(1_000)),
  updatedAt: Timestamp,
  archivedAt: z.optional(z.nullable(z.string())),
  trashed: z.optional(z.nullable(z.boolean())),
  state: z.object({ type: text(100) }),
  team: z.object({ id }),
  project: reference,
  projectMilestone: reference,
  parent: reference,
  cycle: reference,
  creator: reference,
  /** Absent if Linear refused to show them. */
  inverseRelations: z.optional(Nodes),
  links: z.object({ nodes: z.array(Link) }),
});
export type PlanIssueNode = z.output<typeof PlanIssueNode>;

const Blocking = z.object({ id, type: z.literal('blocks'), issue: z.object({ id }) });

/** The relations that block an issue. Those of other types, and of types that Linear may add, are left out. */
export const blockersOf = (issueId: string, relations: readonly unknown[]): LinearIssue['blockers'] =>
  relations.flatMap((relation) => {
    const { data } = Blocking.safeParse(relation);
    return data && data.issue.id !== issueId ? [{ relationId: data.id, issueId: data.issue.id }] : [];
  });

export const linearIssueOf = (
  node: PlanIssueNode,
  blockers: LinearIssue['blockers'],
  links: readonly { url: string }[] = node.links.nodes,
): LinearIssue => ({
  id: node.id,
  identifier: node.identifier,
  url: node.url,
  title: node.title,
  description: node.description ?? '',
  priority: node.priority,
  estimate: node.estimate ?? null,
  stateType: node.state.type,
  teamId: node.team.id,
  projectId: node.project?.id ?? null,
  milestoneId: node.projectMilestone?.id ?? null,
  parentId: node.parent?.id ?? null,
  cycleId: node.cycle?.id ?? null,
  labelIds: node.labelIds,
  blockers,
  links: links.map(({ url }) => url),
  creatorId: node.creator?.id ?? null,
  gone: goneOf(node),
  updatedAt: node.updatedAt,
});

export const goneOf = ({
  trashed,
  archivedAt,
}: {
  trashed?: boolean | null | undefined;
  archivedAt?: string | null | undefined;
}): LinearIssue['gone'] => (trashed ? 'trashed' : archivedAt ? 'archived' : null);
