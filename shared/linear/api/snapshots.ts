import { batched } from '../../batched.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import type { ProjectSnapshot } from '../../domain/mirror/project.ts';
import { type Batch, type Head, readEach } from '../pages.ts';
import { IssueNode, issueFromNode } from './issue-node.ts';
import * as operations from './operations.ts';
import { ProjectNode, projectFromNode, TEAMS_AT_ONCE } from './project-node.ts';
import type { Session } from './session.ts';

export type IssueBatch = Batch<IssueSnapshot>;
export type ProjectBatch = Batch<ProjectSnapshot>;

/** How many issues, or projects, one request reads with all of their labels, links or teams. */
export const IN_FULL = 25;

/** Snapshots of issues with all labels. Issues with more labels than one page holds are requested again. */
export const issueBatch = async (
  { execute, onUnreadable }: Session,
  heads: readonly Head[],
  seenAt: string,
): Promise<IssueBatch> => {
  const { items: nodes, unreadable } = readEach(IssueNode, heads);
  if (unreadable.length > 0) onUnreadable('issues', unreadable);
  const short = nodes.filter(({ labelIds, labels }) => labelIds.length > labels.nodes.length);
  const whole = new Map<string, IssueNode['labels']>();
  for (const some of batched(short, { size: IN_FULL })) {
    const { issues } = await execute(operations.labelsOf, { issueIds: some.map(({ id }) => id) });
    for (const { id, labels } of issues.nodes) whole.set(id, labels);
  }
  const items = nodes.map((node) =>
    issueFromNode({ ...node, labels: whole.get(node.id) ?? node.labels }, seenAt),
  );
  return { items, unreadable };
};

/** Snapshots of projects, with all teams. */
export const projectBatch = async (
  { execute, onUnreadable }: Session,
  heads: readonly Head[],
  seenAt: string,
): Promise<ProjectBatch> => {
  const { items: nodes, unreadable } = readEach(ProjectNode, heads);
  if (unreadable.length > 0) onUnreadable('projects', unreadable);
  const short = nodes.filter(({ teams }) => teams.nodes.length >= TEAMS_AT_ONCE);
  const whole = new Map<string, { id: string }[]>();
  for (const some of batched(short, { size: IN_FULL })) {
    const { projects } = await execute(operations.teamsOf, { projectIds: some.map(({ id }) => id) });
    for (const { id, teams } of projects.nodes) whole.set(id, teams.nodes);
  }
  return { items: nodes.map((node) => projectFromNode(node, seenAt, whole.get(node.id))), unreadable };
};
