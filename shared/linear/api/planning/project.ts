import type { LinearState, LinearTeam } from '../../../domain/planning/change-set/linear-state.ts';
import { nextOf } from '../../pages.ts';
import { readWithBlockers } from '../relations/blockers.ts';
import type { Session } from '../session.ts';
import { goneOf } from './issue-node.ts';
import { type PlanIssueBatch, planIssueBatch } from './issues.ts';
import type { PlanAttachment, PlanLabel, PlanMilestone } from './nodes.ts';
import * as operations from './operations.ts';

type Page<T> = { items: T[]; next: string | undefined };

/** What a plan is compared with, besides issues. `project` or `team` is undefined if the app cannot see it. */
type PlanHead = {
  appUserId: string;
  project: LinearState['project'] | undefined;
  team: LinearTeam | undefined;
  /** The first 250 of the workspace and of the team, groups too. */
  labels: Page<PlanLabel>;
  /** The first 250. */
  milestones: Page<PlanMilestone>;
};

/**
 * What plans read from Linear. `linkPrefix` is what the URLs of attachments start with that lead to the plan's page.
 * Each call is one request, unless an issue has five relations or two links, or Linear refuses to show some relation.
 */
export const planReadingApi = (session: Session) => ({
  /** A page of 250 issues of a project, archived and trashed ones too; with everything else if it is the first. */
  async planProject({
    projectId,
    teamId,
    linkPrefix,
    after,
  }: {
    projectId: string;
    teamId: string;
    linkPrefix: string;
    after?: string | undefined;
  }): Promise<PlanIssueBatch & { head: PlanHead | undefined; next: string | undefined }> {
    const variables = { projectId, teamId, linkPrefix, after, now: session.clock(), withHead: !after };
    const { issues, ...head } = await readWithBlockers(true, (withRelations) =>
      session.execute(operations.planProject, { ...variables, withRelations }),
    );
    return {
      ...(await planIssueBatch(session, issues.nodes, linkPrefix)),
      head: headOf(head),
      next: nextOf(issues.pageInfo),
    };
  },

  /** Up to 250 issues by id, archived and trashed ones too. Those that Linear does not show are absent. */
  async planIssues(
    issueIds: readonly string[],
    { linkPrefix }: { linkPrefix: string },
  ): Promise<PlanIssueBatch> {
    const { issues } = await readWithBlockers(true, (withRelations) =>
      session.execute(operations.planIssues, { issueIds, linkPrefix, withRelations }),
    );
    return planIssueBatch(session, issues.nodes, linkPrefix);
  },

  /** Another page of the labels of the workspace and a team. */
  async planLabels({ teamId, after }: { teamId: string; after: string }): Promise<Page<PlanLabel>> {
    return pageOf((await session.execute(operations.planLabels, { teamId, after })).labels);
  },

  /** Another page of a project's milestones. */
  async planMilestones({
    projectId,
    after,
  }: {
    projectId: string;
    after: string;
  }): Promise<Page<PlanMilestone>> {
    return pageOf((await session.execute(operations.planMilestones, { projectId, after })).milestones);
  },

  /**
   * What stands under up to 250 ids of each kind, in order to see whether it is ours: a label by its creator and
   * content, a milestone by its content, an attachment by its issue and URL. Relations are seen on the blocked issue.
   */
  async planEntities({
    labelIds = [],
    milestoneIds = [],
    attachmentIds = [],
  }: {
    labelIds?: readonly string[];
    milestoneIds?: readonly string[];
    attachmentIds?: readonly string[];
  }): Promise<{ labels: PlanLabel[]; milestones: PlanMilestone[]; attachments: PlanAttachment[] }> {
    const found = await session.execute(operations.planEntities, { labelIds, milestoneIds, attachmentIds });
    return {
      labels: found.labels.nodes,
      milestones: found.milestones.nodes,
      attachments: found.attachments.nodes,
    };
  },
});

const pageOf = <T>({ nodes, pageInfo }: { nodes: T[]; pageInfo: Parameters<typeof nextOf>[0] }): Page<T> => ({
  items: nodes,
  next: nextOf(pageInfo),
});

type HeadNode = Omit<NonNullable<(typeof operations.planProject.data)['_zod']['output']>, 'issues'>;

const headOf = ({ viewer, projects, teams, labels, milestones }: HeadNode): PlanHead | undefined => {
  if (!viewer || !labels || !milestones) return undefined;
  const [project] = projects?.nodes ?? [];
  const [team] = teams?.nodes ?? [];
  return {
    appUserId: viewer.id,
    project: project && {
      id: project.id,
      name: project.name,
      teamIds: project.teams.nodes.map(({ id }) => id),
      gone: goneOf(project),
    },
    team: team && linearTeamOf(team),
    labels: pageOf(labels),
    milestones: pageOf(milestones),
  };
};

const linearTeamOf = ({
  id,
  key,
  name,
  cycles,
  defaultIssueState,
  states,
  ...team
}: operations.TeamNode): LinearTeam => ({
  id,
  key,
  name,
  scale: {
    type: team.issueEstimationType,
    allowZero: team.issueEstimationAllowZero,
    extended: team.issueEstimationExtended,
  },
  defaultStateId: defaultIssueState?.id ?? null,
  canceledStateId: states.nodes.toSorted((a, b) => a.position - b.position)[0]?.id ?? null,
  cycles: cycles.nodes.map((cycle) => ({ ...cycle, name: cycle.name ?? null })),
});
