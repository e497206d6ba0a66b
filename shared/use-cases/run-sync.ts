import type { Features } from '../data/features.ts';
import type { History } from '../data/history.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import type { Trigger } from '../domain/feature.ts';
import { derivedId } from '../domain/ids.ts';
import { triggerAfter } from '../domain/ingest.ts';
import { mayStart, type SyncProgress, tally } from '../domain/sync.ts';
import { triggerOf } from '../domain/workspace.ts';
import type { ApplyIssue } from './apply-issue.ts';
import { inParallel } from './in-parallel.ts';
import type { MirrorProjects } from './mirror-projects.ts';
import type { Routes } from './routes.ts';
import type { WithLinear } from './with-linear.ts';

const OVERLAP_MS = 5 * 60_000;
const WRITES_AT_ONCE = 16;

type Deps = {
  workspaces: Workspaces;
  mirror: MirrorProjects;
  features: Features;
  history: History;
  routes: Routes;
  apply: ApplyIssue;
  linear: WithLinear;
  now: Now;
};

/** What one step of a sync brings: where it goes on (nowhere when done) and what else to note on the row. */
type Step = { next: SyncProgress | undefined; fields?: Record<string, unknown> };

/**
 * Reads a workspace from Linear page by page: its labels, its projects, its open labelled issues. Progress is
 * stored after every page, so it survives a crash and a time limit; what is left stays due.
 */
export const runSync = (deps: Deps) => {
  const { workspaces, mirror, features, history, routes, apply, linear, now } = deps;

  const steps: Record<SyncProgress['stage'], (row: WorkspaceRow, sync: SyncProgress) => Promise<Step>> = {
    async survey(row, sync) {
      const before = triggerOf(row);
      const { labels, newestIssueAt } = await linear(row.id, (api) => api.survey(before));
      // Labels that are gone are forgotten; new ones of the name and renamed ones are followed, as an event is.
      const isThere = (id: string) => labels.some((label) => label.id === id);
      const standing = { ...before, triggerLabelIds: before.triggerLabelIds.filter(isThere) };
      const after = labels.reduce<Trigger>(
        (trigger, label) => triggerAfter(trigger, { ...label, isRemoved: false }) ?? trigger,
        standing,
      );
      if (JSON.stringify(after) !== JSON.stringify(before)) await workspaces.followTrigger(row, after, now());
      // Read before anything is imported: what changes meanwhile lies above the watermark.
      const watermark = newestIssueAt ?? new Date(now() - OVERLAP_MS).toISOString();
      return {
        next: { ...sync, stage: 'projects', counts: tally(sync.counts, ['requests']) },
        fields: { issuesWatermark: row.issuesWatermark ?? watermark },
      };
    },

    async projects(row, sync) {
      const { items, next } = await linear(row.id, (api) => api.projects(sync.cursor));
      const written = await mirror(row.id, items);
      const counts = tally(sync.counts, [
        'requests',
        'projectPages',
        ...written.map((word) => `projects.${word}`),
      ]);
      return { next: { ...sync, stage: next ? 'projects' : 'issues', cursor: next, counts } };
    },

    async issues(row, sync) {
      const { items, next } = await linear(row.id, (api) =>
        api.labelledIssues(row.triggerLabelIds, sync.cursor),
      );
      const known = new Map(
        (await features.getMany(items.map(({ id }) => derivedId('feature', id)))).map((feature) => [
          feature.id,
          feature,
        ]),
      );
      const applied = await inParallel(items, WRITES_AT_ONCE, async (issue) =>
        apply.read(
          issue,
          known.get(derivedId('feature', issue.id)),
          await routes.routeOf(row, issue.projectId),
          {
            look: true,
          },
        ),
      );
      const counts = tally(sync.counts, [
        'requests',
        'issuePages',
        ...applied.map((word) => `issues.${word}`),
      ]);
      return { next: next ? { ...sync, cursor: next, counts } : undefined };
    },
  };

  const tell = async (
    row: WorkspaceRow,
    sync: SyncProgress,
    outcome: 'running' | 'done' | 'failed',
    error?: unknown,
  ) => {
    const at = new Date(now()).toISOString();
    await history.put({
      workspaceId: row.id,
      id: sync.historyId,
      kind: 'sync',
      outcome,
      startedAt: at,
      ...(outcome === 'running' ? {} : { endedAt: at }),
      counts: sync.counts,
      errors: error === undefined ? [] : [error instanceof Error ? error.message : String(error)],
    });
  };

  /** Goes on with the sync of a workspace until it is done or `deadline` is near. */
  return async (workspaceId: string, deadline: number): Promise<'done' | 'unfinished' | 'nothing_to_do'> => {
    let row = await workspaces.get(workspaceId);
    if (!row?.sync || row.connection !== 'connected' || !mayStart(row.sync, now())) return 'nothing_to_do';
    while (row?.sync && now() < deadline) {
      const sync: SyncProgress = row.sync;
      const { next, fields = {} } = await steps[sync.stage](row, sync);
      // Another run of it was faster: it goes on, this one leaves.
      if (!(await workspaces.saveSync(row, next, fields, now()))) return 'unfinished';
      if (!next) {
        await tell(row, sync, 'done');
        return 'done';
      }
      await tell(row, next, 'running');
      row = await workspaces.get(workspaceId);
    }
    return 'unfinished';
  };
};

export type RunSync = ReturnType<typeof runSync>;
