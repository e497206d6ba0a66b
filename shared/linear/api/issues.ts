import type * as z from 'zod/mini';
import { batched } from '../../batched.ts';
import type { Trigger } from '../../domain/mirror/trigger.ts';
import { nextOf } from '../pages.ts';
import { labelVariables } from './label-variables.ts';
import * as operations from './operations.ts';
import { type BlockersByIssue, blockersOfNodes, readWithBlockers } from './relations/blockers.ts';
import type { Session } from './session.ts';
import { IN_FULL, type IssueBatch, issueBatch } from './snapshots.ts';

/** Who wrote a comment, and on which issue. */
export type LinearComment = { id: string; userId: string | undefined; issueId: string | undefined };

/** The requested URLs that an issue already links, by issue id. */
export type LinearLinks = ReadonlyMap<string, ReadonlySet<string>>;

type WhatElse = {
  commentIds?: readonly string[];
  urls?: readonly string[];
  trigger?: Trigger | undefined;
  withBlockers?: boolean;
};

const noTrigger: Trigger = { triggerLabel: '', triggerLabelIds: [] };

export const issuesApi = (session: Session) => ({
  /** Open issues with one of the labels, in one project or in any, and what blocks them. */
  async labelledIssues(
    labelIds: readonly string[],
    {
      projectId,
      after,
      withBlockers = false,
    }: { projectId?: string | undefined; after?: string | undefined; withBlockers?: boolean },
  ): Promise<IssueBatch & { next: string | undefined; blockers: BlockersByIssue }> {
    const seenAt = session.clock();
    const project = projectId ? { id: { eq: projectId } } : { null: false };
    const { issues } = await readWithBlockers(withBlockers, (withBlockers) =>
      session.execute(operations.labelledIssues, { labelIds, project, after, withBlockers }),
    );
    return {
      ...(await issueBatch(session, issues.nodes, seenAt)),
      next: nextOf(issues.pageInfo),
      blockers: withBlockers ? await blockersOfNodes(session, issues.nodes) : new Map(),
    };
  },

  /**
   * Up to 250 issues by id, and which of up to 250 comments and links exist. `withSubIssues`: the ids of the issues
   * that have an open sub-issue with the trigger label; empty if no trigger is given. `blockers`: of every issue that
   * Linear shows, also of one that cannot be read; empty unless `withBlockers`.
   */
  async issuesAndComments(
    issueIds: readonly string[],
    { commentIds = [], urls = [], trigger, withBlockers = false }: WhatElse = {},
  ): Promise<{
    issues: IssueBatch;
    comments: LinearComment[];
    links: LinearLinks;
    withSubIssues: ReadonlySet<string>;
    blockers: BlockersByIssue;
  }> {
    const seenAt = session.clock();
    const variables = {
      issueIds,
      commentIds,
      urls,
      withLinks: urls.length > 0,
      withSubIssues: trigger !== undefined,
      ...labelVariables(trigger ?? noTrigger),
    };
    const { issues, comments } = await readWithBlockers(withBlockers, (withBlockers) =>
      session.execute(operations.issuesAndComments, { ...variables, withBlockers }),
    );
    const links = await allLinks(session, issues.nodes, urls);
    return {
      issues: await issueBatch(session, issues.nodes, seenAt),
      comments: comments.nodes.map(commentOf),
      links,
      withSubIssues: new Set(
        issues.nodes.flatMap(({ id, children }) => (id && children?.nodes.length ? [id] : [])),
      ),
      blockers: withBlockers ? await blockersOfNodes(session, issues.nodes) : new Map(),
    };
  },

  /** Those of up to 250 comments that exist in Linear. */
  async comments(commentIds: readonly string[]): Promise<LinearComment[]> {
    const { comments } = await session.execute(operations.commentsById, { commentIds });
    return comments.nodes.map(commentOf);
  },
});

type LinkingNode = z.output<typeof operations.issuesAndComments.data>['issues']['nodes'][number];

/** The links of issues. Issues with more links than one page holds are requested again. */
const allLinks = async (
  { execute }: Session,
  nodes: readonly LinkingNode[],
  urls: readonly string[],
): Promise<LinearLinks> => {
  const links = new Map(nodes.map(({ id, links }) => [id, new Set(links?.nodes.map(({ url }) => url))]));
  const short = nodes.filter(({ links }) => links && links.nodes.length >= operations.LINKS_AT_ONCE);
  for (const some of batched(short, { size: IN_FULL })) {
    const whole = await execute(operations.linksOf, { issueIds: some.map(({ id }) => id), urls });
    for (const { id, links: all } of whole.issues.nodes)
      links.set(id, new Set(all.nodes.map(({ url }) => url)));
  }
  return links;
};

type CommentNode = z.output<typeof operations.commentsById.data>['comments']['nodes'][number];
const commentOf = ({ id, user, issue }: CommentNode): LinearComment => ({
  id,
  userId: user?.id,
  issueId: issue?.id,
});
