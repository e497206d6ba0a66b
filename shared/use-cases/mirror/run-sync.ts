import type { ProjectRow } from '../../data/mirror/project-row.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { History } from '../../data/workspaces/history.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { SyncedFields } from '../../data/workspaces/workspace-syncs.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { type Counts, countWords, sumCounts } from '../../domain/counts.ts';
import {
  afterPage,
  mayStart,
  SYNC_ALIVE_MS,
  type SyncProgress,
  type SyncStage,
} from '../../domain/mirror/sync.ts';
import type { Trigger } from '../../domain/mirror/trigger.ts';
import { triggerAfter } from '../../domain/mirror/trigger.ts';
import { backOffMs } from '../../domain/schedule/backoff.ts';
import { isPaused } from '../../domain/workspaces/pause.ts';
import { blockersHold } from '../../domain/workspaces/settings.ts';
import { triggerOf } from '../../domain/workspaces/trigger.ts';
import { AppError } from '../../errors.ts';
import { LinearError } from '../../linear/errors.ts';
import type { WithLinear } from '../workspaces/with-linear.ts';
import type { AppliedPage, ApplyIssues } from './apply-issues.ts';
import type { ArchiveVanished } from './archive-vanished.ts';
import type { KnownIssues } from './known-issues.ts';
import type { MirrorProjects } from './mirror-projects.ts';

const OVERLAP_MS = 5 * 60_000;
/** Known issues that a request reads. */
const KNOWN_A_PAGE = 100;

/** What a sync reads: a workspace, or one project in it. */
export type SyncOf = { workspaceId: string; projectId?: string | undefined };

type Deps = {
  workspaces: Workspaces;
  projects: Projects;
  mirror: MirrorProjects;
  archiveVanished: ArchiveVanished;
  applyIssues: ApplyIssues;
  knownIssues: KnownIssues;
  history: History;
  linear: WithLinear;
  /** Tells people that the owner has to connect the workspace again, and why. */
  needsReauth: (workspace: WorkspaceRow, why: string) => Promise<void>;
  now: Now;
};

export type Ran = 'done' | 'unfinished' | 'nothing_to_do';

/** Whether the same request may succeed later: after an outage, a rate limit, or a lack of time. */
const mayPass = (error: unknown): error is AppError =>
  error instanceof AppError &&
  error.isRetryable &&
  !(error instanceof LinearError && error.failure.is === 'refused');

type StageInput = { workspace: WorkspaceRow; project: ProjectRow | undefined; cursor: string | undefined };

/** The result of one page: where its stage continues, if it does, what to count and what to write to the row. */
type Page = { cursor: string | undefined; counts: Counts; fields?: SyncedFields };

/** The token belongs to another organization than the workspace, so nothing that it shows is stored. */
class OtherOrganization extends Error {}

const countsOf = ({ applied, unreadable }: AppliedPage): Counts =>
  sumCounts(countWords(applied.map((word) => `issues.${word}`)), { 'issues.unreadable': unreadable });

/**
 * Reads a workspace, or one project, from Linear page by page. Progress is stored after every page, so it survives
 * a crash and a time limit; what is left stays due.
 */
export const runSync = (deps: Deps) => {
  const { workspaces, projects, mirror, archiveVanished, applyIssues, knownIssues, history } = deps;
  const { linear, needsReauth, now } = deps;

  const stages: Record<SyncStage, (place: StageInput) => Promise<Page>> = {
    async survey({ workspace }) {
      const before = triggerOf(workspace);
      const { organization, labels, newestIssueAt } = await linear(workspace.id, (api) =>
        api.readOrganization(before),
      );
      if (organization.id !== workspace.linearOrganizationId)
        throw new OtherOrganization(
          `The token of this workspace reads another organization of Linear (${organization.id}) than the one that was connected (${workspace.linearOrganizationId}). Nothing was read from it. Connect the workspace again.`,
        );
      // As after an event, labels that are gone are forgotten, and new or renamed ones are followed.
      const isThere = (id: string) => labels.some((label) => label.id === id);
      const remaining = { ...before, triggerLabelIds: before.triggerLabelIds.filter(isThere) };
      const after = labels.reduce<Trigger>(
        (trigger, label) => triggerAfter(trigger, { ...label, isRemoved: false }) ?? trigger,
        remaining,
      );
      if (JSON.stringify(after) !== JSON.stringify(before))
        await workspaces.followTrigger(workspace, after, now());
      // Read before anything is imported, so what changes meanwhile is newer than the watermark.
      const watermark = newestIssueAt ?? new Date(now() - OVERLAP_MS).toISOString();
      return {
        cursor: undefined,
        counts: { requests: 1 },
        fields: {
          linearOrganizationName: organization.name,
          linearOrganizationUrlKey: organization.urlKey,
          listedAt: new Date(now()).toISOString(),
          // Afterwards only the reconcile raises it.
          ...(workspace.issuesWatermark ? {} : { issuesWatermark: watermark }),
        },
      };
    },

    async projects({ workspace, cursor }) {
      const { items, unreadable, next } = await linear(workspace.id, (api) => api.projects(cursor));
      const mirrored = await mirror.page(workspace.id, items);
      const counts = sumCounts(
        { requests: 1, projectPages: 1, 'projects.unreadable': unreadable.length },
        countWords(mirrored.map((word) => `projects.${word}`)),
      );
      // The newest project comes first and says where, in Linear's clock, the reconcile has to begin.
      const newest = cursor === undefined ? items[0]?.linearUpdatedAt : undefined;
      const fields = workspace.projectsWatermark || !newest ? {} : { projectsWatermark: newest };
      return { cursor: next, counts, fields };
    },

    async vanished({ workspace, cursor }) {
      const { requests, archived, cursor: next } = await archiveVanished(workspace.id, cursor);
      return { cursor: next, counts: { requests, 'projects.archived': archived } };
    },

    async issues({ workspace, project, cursor }) {
      const { triggerLabelIds } = workspace;
      if (triggerLabelIds.length === 0) return { cursor: undefined, counts: {} };
      const batch = await linear(workspace.id, (api) =>
        api.labelledIssues(triggerLabelIds, {
          projectId: project?.linearProjectId,
          after: cursor,
          withBlockers: blockersHold(workspace.settings),
        }),
      );
      const page = await applyIssues.listed(workspace, batch);
      return { cursor: batch.next, counts: { requests: 1, issuePages: 1, ...countsOf(page) } };
    },

    async known({ workspace, project, cursor }) {
      const of = { workspaceId: workspace.id, projectId: project?.id };
      const { rows, cursor: next } = await knownIssues(of, { limit: KNOWN_A_PAGE, cursor });
      if (rows.length === 0) return { cursor: next, counts: {} };
      const { issues } = await linear(workspace.id, (api) =>
        api.issuesAndComments(rows.map(({ linearIssueId }) => linearIssueId)),
      );
      const page = await applyIssues.known(workspace, rows, issues);
      const counts = { requests: 1, knownPages: 1, 'issues.absent': page.absent, ...countsOf(page) };
      return { cursor: next, counts };
    },
  };

  const record = async (
    { workspaceId, projectId }: SyncOf,
    { historyId, askedAt, counts }: Pick<SyncProgress, 'historyId' | 'askedAt' | 'counts'>,
    outcome: 'running' | 'done' | 'failed',
    errors: string[] = [],
  ) =>
    history.put({
      workspaceId,
      id: historyId,
      kind: 'sync',
      projectId,
      outcome,
      startedAt: askedAt,
      ...(outcome === 'running' ? {} : { endedAt: new Date(now()).toISOString() }),
      counts,
      errors,
    });

  /** Pauses as long as Linear says, or longer each time that Linear does not answer. Answers until when. */
  const leaveAlone = async (workspace: WorkspaceRow, error: AppError): Promise<number> => {
    // Another function refreshes the token, or no time was left, which says nothing about Linear.
    if (!(error instanceof LinearError)) return now() + SYNC_ALIVE_MS;
    const { failure } = error;
    // A rate limit has already paused the workspace.
    if (failure.is === 'rate_limited') return failure.until;
    const until = now() + backOffMs(workspace.outages + 1);
    await workspaces.backOff(workspace, until);
    return until;
  };

  const read = async ({ workspaceId, projectId }: SyncOf) => {
    const [workspace, project] = await Promise.all([
      workspaces.get(workspaceId),
      projectId === undefined ? undefined : projects.get(projectId),
    ]);
    const isOf = projectId === undefined || project?.workspaceId === workspaceId;
    return workspace && isOf ? { workspace, project, sync: (project ?? workspace).sync } : undefined;
  };

  /** Runs a sync until it is done, `deadline` (epoch ms) has come, or `isOurs` says that another function runs it. */
  return async (
    of: SyncOf,
    deadline: number,
    isOurs: () => Promise<boolean> = async () => true,
  ): Promise<Ran> => {
    for (let isFirst = true; now() < deadline && (await isOurs()); isFirst = false) {
      const found = await read(of);
      if (!found?.sync || !mayStart(found.sync, now())) return isFirst ? 'nothing_to_do' : 'unfinished';
      const { workspace, project, sync } = found;
      const save = (
        next: SyncProgress | undefined,
        {
          dueAt = now() + SYNC_ALIVE_MS,
          fields = {},
        }: { dueAt?: number; fields?: SyncedFields | undefined } = {},
      ) =>
        project
          ? projects.saveSync(project, next, dueAt)
          : workspaces.saveSync(workspace, next, { fields, now: now() });

      if (workspace.connection !== 'connected') {
        // A sync of the workspace waits until it is connected again, which reads the issues of all projects.
        if (project) {
          await record(of, sync, 'failed', [`The workspace is ${workspace.connection}.`]);
          await save(undefined);
        }
        return 'nothing_to_do';
      }
      if (isPaused(workspace, now())) {
        if (project) await save(sync, { dueAt: Date.parse(workspace.pausedUntil ?? '') });
        return 'unfinished';
      }
      const [stage] = sync.stages;
      if (!stage) throw new Error(`The sync ${sync.historyId} has nothing left to do.`);
      try {
        const page = await stages[stage]({ workspace, project, cursor: sync.cursor });
        const { next, counts } = afterPage(sync, { ...page, now: now() });
        // History comes first: a run that dies before the row is saved reads the last page twice.
        if (!next) await record(of, { ...sync, counts }, 'done');
        // Another run of this sync was faster, so this one leaves it to that.
        if (!(await save(next, { fields: page.fields }))) return 'unfinished';
        if (workspace.outages > 0) await workspaces.recovered(workspace);
        if (!next) return 'done';
        await record(of, next, 'running');
      } catch (error) {
        if (error instanceof OtherOrganization) {
          // This fails if the token was replaced meanwhile. Then the next run asks with the new one.
          if (!(await workspaces.grantRefused(workspace, 'needs_reauth', now()))) return 'unfinished';
          await needsReauth(workspace, error.message);
          await record(of, sync, 'failed', [error.message]);
          await save(undefined);
          return 'done';
        }
        if (!mayPass(error)) throw error;
        // The rest stays due, and history shows why it waits.
        await record(of, sync, 'running', [error.message]);
        const until = await leaveAlone(workspace, error);
        if (project) await save(sync, { dueAt: until });
        return 'unfinished';
      }
    }
    return 'unfinished';
  };
};

export type RunSync = ReturnType<typeof runSync>;
