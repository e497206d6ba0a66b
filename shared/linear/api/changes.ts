import { newestOf, type Range, restOf } from '../pages.ts';
import * as operations from './operations.ts';
import { type BlockersByIssue, blockersOfNodes, readWithBlockers } from './relations/blockers.ts';
import type { Session } from './session.ts';
import { type IssueBatch, issueBatch, type ProjectBatch, projectBatch } from './snapshots.ts';

/** What to read. An absent range or an empty list is not read. */
type Asked = {
  issues: Range | undefined;
  projects: Range | undefined;
  /** Up to 50 ids. */
  knownIds: readonly string[];
  labelIds: readonly string[];
  /** Whether to read what blocks the known issues. */
  withBlockers: boolean;
  withRelations: boolean;
};

/** `rest` is the part of the range that is still to be read, `newest` the greatest `updatedAt` of the page. */
type Page = { rest: Range | undefined; newest: string | undefined };

type Changes = {
  labels: { id: string; name: string }[];
  issues: (IssueBatch & Page) | undefined;
  projects: (ProjectBatch & Page) | undefined;
  known: IssueBatch & { blockers: BlockersByIssue };
  /** The greatest `updatedAt` of a relation between issues, of any type. */
  newestRelation: string | undefined;
};

export const changesApi = (session: Session) => ({
  /**
   * What changed within a range, newest first, including what is archived: one page of issues and one of projects. In
   * the same request, known issues and labels by id, and when a relation last changed.
   */
  async changes(asked: Asked): Promise<Changes> {
    const seenAt = session.clock();
    const variables = {
      withIssues: asked.issues !== undefined,
      since: asked.issues?.since ?? seenAt,
      until: asked.issues?.until ?? seenAt,
      after: asked.issues?.after,
      withProjects: asked.projects !== undefined,
      projectsSince: asked.projects?.since ?? seenAt,
      projectsUntil: asked.projects?.until ?? seenAt,
      projectsAfter: asked.projects?.after,
      withKnown: asked.knownIds.length > 0,
      knownIds: asked.knownIds,
      withLabels: asked.labelIds.length > 0,
      labelIds: asked.labelIds,
      withRelations: asked.withRelations,
    };
    const { issues, projects, known, labels, relations } = await readWithBlockers(
      asked.withBlockers,
      (withBlockers) => session.execute(operations.changes, { ...variables, withBlockers }),
    );
    return {
      labels: labels?.nodes ?? [],
      issues: issues &&
        asked.issues && {
          ...(await issueBatch(session, issues.nodes, seenAt)),
          rest: restOf(asked.issues, issues),
          newest: newestOf(issues.nodes, seenAt),
        },
      projects: projects &&
        asked.projects && {
          ...(await projectBatch(session, projects.nodes, seenAt)),
          rest: restOf(asked.projects, projects),
          newest: newestOf(projects.nodes, seenAt),
        },
      known: {
        ...(await issueBatch(session, known?.nodes ?? [], seenAt)),
        blockers: asked.withBlockers ? await blockersOfNodes(session, known?.nodes ?? []) : new Map(),
      },
      newestRelation: newestOf(relations?.nodes ?? [], seenAt),
    };
  },
});
