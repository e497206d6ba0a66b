import type * as z from 'zod/mini';
import type { IssueSnapshot } from '../domain/mirror/issue.ts';
import type { ProjectSnapshot } from '../domain/mirror/project.ts';
import type { Trigger } from '../domain/mirror/trigger.ts';
import type { WorkflowState } from '../domain/mirror/workflow-state.ts';
import { shortened } from '../errors.ts';
import type { LinearClient } from './client.ts';
import { LinearError } from './errors.ts';
import { IssueNode, issueFromNode } from './issue-node.ts';
import { batchMutation, indexOfAlias, type Mutation, undoneOf } from './mutations.ts';
import * as operations from './operations.ts';
import {
  type Batch,
  type Head,
  newestOf,
  nextOf,
  type Range,
  readEach,
  restOf,
  type Unreadable,
} from './pages.ts';
import { ProjectNode, projectFromNode, TEAMS_AT_ONCE } from './project-node.ts';

export type IssueBatch = Batch<IssueSnapshot>;

/** Issues whose labels, or projects whose teams, one request reads in full. */
const IN_FULL = 25;

const LONGEST_NAME = 250;

type Organization = { id: string; name: string; urlKey: string };
/** Of a length that we store. */
const named = ({ id, name, urlKey }: Organization): Organization => ({
  id,
  name: shortened(name, LONGEST_NAME),
  urlKey: shortened(urlKey, LONGEST_NAME),
});

/** Linear compares characters: each spelling of an accent is asked for. */
const labelVariables = ({ triggerLabel, triggerLabelIds }: Trigger) => ({
  label: triggerLabel.normalize('NFC'),
  decomposed: triggerLabel.normalize('NFD'),
  labelIds: triggerLabelIds,
});

/** At most 100 a page. */
type PickPage = { limit: number; after: string | undefined };

/**
 * What we ask of Linear, in our words; one request a call. `next` is the cursor of the page after. Everything
 * throws `LinearError`. Snapshots bear our clock at the start of the request as `seenAt`.
 */
export const linearApi = (
  client: LinearClient,
  {
    accessToken,
    now,
    onUnreadable = () => {},
  }: {
    accessToken: string;
    now: () => number;
    /** Tells of issues or projects that came in a form that we cannot read, whatever they were read for. */
    onUnreadable?: (what: 'issues' | 'projects', unreadable: Unreadable[]) => void;
  },
) => {
  const startedAt = () => new Date(now()).toISOString();

  /** Snapshots of issues, with all labels: those with more than a page brings are asked for again. */
  const issueBatch = async (heads: readonly Head[], seenAt: string): Promise<IssueBatch> => {
    const { items: nodes, unreadable } = readEach(IssueNode, heads);
    if (unreadable.length > 0) onUnreadable('issues', unreadable);
    const short = nodes.filter(({ labelIds, labels }) => labelIds.length > labels.nodes.length);
    const whole = new Map<string, IssueNode['labels']>();
    for (let start = 0; start < short.length; start += IN_FULL) {
      const issueIds = short.slice(start, start + IN_FULL).map(({ id }) => id);
      const { issues } = await client.execute(accessToken, operations.labelsOf, { issueIds });
      for (const { id, labels } of issues.nodes) whole.set(id, labels);
    }
    const items = nodes.map((node) =>
      issueFromNode({ ...node, labels: whole.get(node.id) ?? node.labels }, seenAt),
    );
    return { items, unreadable };
  };

  /** Snapshots of projects, with all teams. */
  const projectBatch = async (heads: readonly Head[], seenAt: string): Promise<Batch<ProjectSnapshot>> => {
    const { items: nodes, unreadable } = readEach(ProjectNode, heads);
    if (unreadable.length > 0) onUnreadable('projects', unreadable);
    const short = nodes.filter(({ teams }) => teams.nodes.length >= TEAMS_AT_ONCE);
    const whole = new Map<string, { id: string }[]>();
    for (let start = 0; start < short.length; start += IN_FULL) {
      const projectIds = short.slice(start, start + IN_FULL).map(({ id }) => id);
      const { projects } = await client.execute(accessToken, operations.teamsOf, { projectIds });
      for (const { id, teams } of projects.nodes) whole.set(id, teams.nodes);
    }
    return { items: nodes.map((node) => projectFromNode(node, seenAt, whole.get(node.id))), unreadable };
  };

  return {
    async viewer() {
      const { viewer, organization, teams } = await client.execute(accessToken, operations.viewer, {});
      return { appUserId: viewer.id, organization: named(organization), defaultTeamId: teams.nodes[0]?.id };
    },

    /** The labels that bear a name or an id, and the newest `updatedAt` of any issue. */
    async survey(trigger: Trigger): Promise<{
      organization: Organization;
      labels: { id: string; name: string }[];
      newestIssueAt: string | undefined;
    }> {
      const seenAt = startedAt();
      const { organization, issueLabels, issues } = await client.execute(
        accessToken,
        operations.survey,
        labelVariables(trigger),
      );
      return {
        organization: named(organization),
        labels: issueLabels.nodes,
        newestIssueAt: newestOf(issues.nodes, seenAt),
      };
    },

    async projects(after?: string): Promise<Batch<ProjectSnapshot> & { next: string | undefined }> {
      const seenAt = startedAt();
      const { projects } = await client.execute(accessToken, operations.projects, { after });
      return { ...(await projectBatch(projects.nodes, seenAt)), next: nextOf(projects.pageInfo) };
    },

    /** Which of up to 250 projects Linear still shows. */
    async projectsThere(projectIds: readonly string[]): Promise<ReadonlySet<string>> {
      const { projects } = await client.execute(accessToken, operations.projectsById, { projectIds });
      return new Set(projects.nodes.map(({ id }) => id));
    },

    /** Which of up to 250 teams the app may see. */
    async teamsThere(teamIds: readonly string[]): Promise<ReadonlySet<string>> {
      const { teams } = await client.execute(accessToken, operations.teamsById, { teamIds });
      return new Set(teams.nodes.map(({ id }) => id));
    },

    /** Open issues that bear one of the labels, in one project or in any. */
    async labelledIssues(
      labelIds: readonly string[],
      { projectId, after }: { projectId?: string | undefined; after?: string | undefined },
    ): Promise<IssueBatch & { next: string | undefined }> {
      const seenAt = startedAt();
      const project = projectId ? { id: { eq: projectId } } : { null: false };
      const variables = { labelIds, project, after };
      const { issues } = await client.execute(accessToken, operations.labelledIssues, variables);
      return { ...(await issueBatch(issues.nodes, seenAt)), next: nextOf(issues.pageInfo) };
    },

    /**
     * What changed within a range, newest first, archived ones too: issues and projects, each with what is `rest` of
     * the range; and up to 50 known issues, and labels, by id. What is not asked for is not answered.
     */
    async changes(asked: {
      issues: Range | undefined;
      projects: Range | undefined;
      knownIds: readonly string[];
      labelIds: readonly string[];
    }): Promise<{
      labels: { id: string; name: string }[];
      issues: (IssueBatch & { rest: Range | undefined; newest: string | undefined }) | undefined;
      projects:
        | (Batch<ProjectSnapshot> & { rest: Range | undefined; newest: string | undefined })
        | undefined;
      known: IssueBatch;
    }> {
      const seenAt = startedAt();
      const { issues, projects, known, labels } = await client.execute(accessToken, operations.changes, {
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
      });
      return {
        labels: labels?.nodes ?? [],
        issues: issues &&
          asked.issues && {
            ...(await issueBatch(issues.nodes, seenAt)),
            rest: restOf(asked.issues, issues),
            newest: newestOf(issues.nodes, seenAt),
          },
        projects: projects &&
          asked.projects && {
            ...(await projectBatch(projects.nodes, seenAt)),
            rest: restOf(asked.projects, projects),
            newest: newestOf(projects.nodes, seenAt),
          },
        known: await issueBatch(known?.nodes ?? [], seenAt),
      };
    },

    /**
     * Up to 250 issues by id, and which of up to 250 comments and links stand. `withSubIssues`: those of the issues
     * that have an open sub-issue with the trigger label; none where no trigger is named.
     */
    async issuesAndComments(
      issueIds: readonly string[],
      {
        commentIds = [],
        urls = [],
        trigger,
      }: { commentIds?: readonly string[]; urls?: readonly string[]; trigger?: Trigger | undefined } = {},
    ): Promise<{
      issues: IssueBatch;
      comments: LinearComment[];
      links: LinearLinks;
      withSubIssues: ReadonlySet<string>;
    }> {
      const seenAt = startedAt();
      const { issues, comments } = await client.execute(accessToken, operations.issuesAndComments, {
        issueIds,
        commentIds,
        urls,
        withLinks: urls.length > 0,
        withSubIssues: trigger !== undefined,
        ...labelVariables(trigger ?? { triggerLabel: '', triggerLabelIds: [] }),
      });
      const links = new Map(
        issues.nodes.map(({ id, links }) => [id, new Set(links?.nodes.map(({ url }) => url))]),
      );
      const short = issues.nodes
        .filter(({ links }) => links && links.nodes.length >= operations.LINKS_AT_ONCE)
        .map(({ id }) => id);
      for (let start = 0; start < short.length; start += IN_FULL) {
        const variables = { issueIds: short.slice(start, start + IN_FULL), urls };
        const whole = await client.execute(accessToken, operations.linksOf, variables);
        for (const { id, links: all } of whole.issues.nodes)
          links.set(id, new Set(all.nodes.map(({ url }) => url)));
      }
      return {
        issues: await issueBatch(issues.nodes, seenAt),
        comments: comments.nodes.map(commentOf),
        links,
        withSubIssues: new Set(
          issues.nodes.flatMap(({ id, children }) => (id && children?.nodes.length ? [id] : [])),
        ),
      };
    },

    /** Those of up to 250 comments that Linear shows. */
    async comments(commentIds: readonly string[]): Promise<LinearComment[]> {
      const { comments } = await client.execute(accessToken, operations.commentsById, { commentIds });
      return comments.nodes.map(commentOf);
    },

    async workflowStates(
      teamIds: readonly string[],
      after?: string,
    ): Promise<{ items: (WorkflowState & { teamId: string })[]; next: string | undefined }> {
      const { workflowStates } = await client.execute(accessToken, operations.workflowStates, {
        teamIds,
        after,
      });
      const items = workflowStates.nodes.map(({ team, ...state }) => ({ ...state, teamId: team.id }));
      return { items, next: nextOf(workflowStates.pageInfo) };
    },

    /** Every label that an issue can bear. */
    async labels(): Promise<{ id: string; name: string; teamId: string | null }[]> {
      const labels: { id: string; name: string; teamId: string | null }[] = [];
      let after: string | undefined;
      do {
        const { issueLabels } = await client.execute(accessToken, operations.labels, { after });
        for (const { team, ...label } of issueLabels.nodes)
          labels.push({ ...label, teamId: team?.id ?? null });
        after = nextOf(issueLabels.pageInfo);
      } while (after);
      return labels;
    },

    /** The workflow states of every team that the app may see. */
    async allWorkflowStates(): Promise<(WorkflowState & { teamId: string })[]> {
      const states: (WorkflowState & { teamId: string })[] = [];
      let after: string | undefined;
      do {
        const { workflowStates } = await client.execute(accessToken, operations.allWorkflowStates, { after });
        for (const { team, ...state } of workflowStates.nodes) states.push({ ...state, teamId: team.id });
        after = nextOf(workflowStates.pageInfo);
      } while (after);
      return states;
    },

    /** One page of what people pick from, with just enough to show and to name it. */
    pick: {
      async teams(at: PickPage) {
        const { list } = await client.execute(accessToken, operations.pickTeams, at);
        return { items: list.nodes, next: nextOf(list.pageInfo) };
      },

      /** A project of more than five teams shows five of them. */
      async projects(at: PickPage) {
        const { list } = await client.execute(accessToken, operations.pickProjects, at);
        const items = list.nodes.map(({ status, teams, ...project }) => ({
          ...project,
          state: status.type,
          teamIds: teams.nodes.map(({ id }) => id),
        }));
        return { items, next: nextOf(list.pageInfo) };
      },

      /** Labels of the whole organization have no team. */
      async labels(at: PickPage) {
        const { list } = await client.execute(accessToken, operations.pickLabels, at);
        const items = list.nodes.map(({ team, ...label }) => ({ ...label, teamId: team?.id ?? null }));
        return { items, next: nextOf(list.pageInfo) };
      },

      async states(at: PickPage) {
        const { list } = await client.execute(accessToken, operations.pickStates, at);
        const items = list.nodes.map(({ team, ...state }) => ({ ...state, teamId: team.id }));
        return { items, next: nextOf(list.pageInfo) };
      },

      /** The one changed last first. */
      async issues(at: PickPage) {
        const { list } = await client.execute(accessToken, operations.pickIssues, at);
        const items = list.nodes.map(({ team, project, ...issue }) => ({
          ...issue,
          teamId: team.id,
          projectId: project?.id ?? null,
        }));
        return { items, next: nextOf(list.pageInfo) };
      },
    },

    /** Runs the mutations one after another, in one request. Linear stops at the first that it refuses. */
    async mutate(mutations: readonly Mutation[]): Promise<Mutated> {
      const { operation, variables } = batchMutation(mutations);
      try {
        const undone = undoneOf(mutations, await client.execute(accessToken, operation, variables));
        return undone.length > 0 ? { is: 'undone', at: undone } : { is: 'done' };
      } catch (error) {
        if (!(error instanceof LinearError) || error.failure.is !== 'refused') throw error;
        const { path, message } = error.failure;
        const at = indexOfAlias(path);
        // A request refused as a whole did nothing: the one at fault is found by asking one by one.
        if (at < 0 && mutations.length > 1) return { is: 'refused', at: -1, why: message };
        const index = Math.max(at, 0);
        return isTaken(mutations[index], message)
          ? { is: 'taken', at: index }
          : { is: 'refused', at: index, why: message };
      }
    },
  };
};

/** What became of mutations. Where one is refused or taken, those before it are done and those after it untried. */
export type Mutated =
  | { is: 'done' }
  /** Linear answered `success: false` for these, or not at all, and gave no reason. The others are done. */
  | { is: 'undone'; at: readonly number[] }
  /** The comment's id belongs to a comment already, whoever wrote it. */
  | { is: 'taken'; at: number }
  /** Refused for good. -1: as a whole, so nothing is done and the one at fault is not known. */
  | { is: 'refused'; at: number; why: string };

/** Who wrote a comment, and on which issue. */
export type LinearComment = { id: string; userId: string | undefined; issueId: string | undefined };

/** By issue id, those of the urls asked for that it links. */
export type LinearLinks = ReadonlyMap<string, ReadonlySet<string>>;

type CommentNode = z.output<typeof operations.commentsById.data>['comments']['nodes'][number];
const commentOf = ({ id, user, issue }: CommentNode): LinearComment => ({
  id,
  userId: user?.id,
  issueId: issue?.id,
});

const isTaken = (mutation: Mutation | undefined, message: string): boolean =>
  mutation?.kind === 'commentCreate' && /conflict on insert|already exists/i.test(message);

export type LinearApi = ReturnType<typeof linearApi>;
