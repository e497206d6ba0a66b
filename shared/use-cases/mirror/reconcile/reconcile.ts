import { ulid } from 'ulid';
import type { History } from '../../../data/workspaces/history.ts';
import type {
  ReconcileProgress,
  SweepProgress,
  WorkspaceRow,
} from '../../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../../data/workspaces/workspaces.ts';
import type { Now } from '../../../domain/clock.ts';
import { type Counts, countWords, sumCounts } from '../../../domain/counts.ts';
import type { IssueSnapshot } from '../../../domain/mirror/issue.ts';
import { FORGOTTEN_AFTER_MS, newSync } from '../../../domain/mirror/sync.ts';
import type { Trigger } from '../../../domain/mirror/trigger.ts';
import { triggerAfter } from '../../../domain/mirror/trigger.ts';
import { CLOCK_SKEW_MS } from '../../../domain/version.ts';
import { blockersHold } from '../../../domain/workspaces/settings.ts';
import { triggerOf } from '../../../domain/workspaces/trigger.ts';
import type { LinearApi } from '../../../linear/api.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';
import type { Applied } from '../apply-issue.ts';
import type { ApplyIssues } from '../apply-issues.ts';
import type { CacheIssues } from '../cache-issues.ts';
import type { KnownIssues } from '../known-issues.ts';
import type { MirrorProjects } from '../mirror-projects.ts';
import { type FollowRelations, relationsFrom, relationsSince } from './follow-relations.ts';
import type { RenewAwaited } from './renew-awaited.ts';

/** Linear commits out of order by seconds, so this much is read again. What did not change is not written again. */
const OVERLAP_MS = 5 * 60_000;
/** How long a webhook may still be on its way. */
const MISSED_AFTER_MS = 2 * 60_000;
/** A long backlog is continued at the next tick, because other duties of the workspace wait for this one. */
const RUN_MS = 15_000;
const DAY_MS = 24 * 3_600_000;
/** Known issues that a request reads beside what changed. */
const KNOWN_A_PAGE = 50;
/** Labels with the trigger's name, one for each team, that each run compares. */
const LABELS = 50;

type Changes = Awaited<ReturnType<LinearApi['changes']>>;
type Pass = { progress: ReconcileProgress; sweep: SweepProgress };
type DueCached = ReturnType<CacheIssues['due']>;
/** Something is still to be read. */
const isUnfinished = ({ issues, projects, relations, blocked }: ReconcileProgress): boolean =>
  Boolean(issues || projects || relations || blocked);

type Deps = {
  workspaces: Workspaces;
  mirror: MirrorProjects;
  applyIssues: ApplyIssues;
  knownIssues: KnownIssues;
  cacheIssues: CacheIssues;
  followRelations: FollowRelations;
  renewAwaited: RenewAwaited;
  history: History;
  linear: WithLinear;
  count: (metric: string, value?: number) => void;
  now: Now;
};

/** Counts that make a run worth a row of history. */
const NEWS = new Set([
  'written',
  'withdrawn',
  'created',
  'updated',
  'revived',
  'unreadable',
  'impossible',
  'absent',
  'missed',
]);

/** The part of a batch that these issues are in. */
const only = ({ items, unreadable, ...rest }: Changes['known'], ids: readonly string[]): Changes['known'] => {
  const isAsked = ({ id }: { id: string }) => id === '' || ids.includes(id);
  return { ...rest, items: items.filter(isAsked), unreadable: unreadable.filter(isAsked) };
};

/** The later of two ISO times. */
const newer = (one: string, other = ''): string => (other > one ? other : one);

/**
 * Reads what changed in Linear since the watermark and applies it as a webhook would. Each run also reads some of the
 * known issues, so that each is read once a day, because some changes leave no `updatedAt`. The watermark is the
 * greatest `updatedAt` seen, in Linear's clock. It rises after the last page; after every other page the progress is
 * saved.
 */
export const reconcile = (deps: Deps) => {
  const { workspaces, mirror, applyIssues, knownIssues, cacheIssues, history, linear, count, now } = deps;
  const { followRelations, renewAwaited } = deps;

  /**
   * Late commits were visible at most one overlap after the watermark rose, so a run that began after that and read the
   * overlap has seen them. Until something new comes, the overlap, which may hold a bulk edit, is not read again.
   */
  const isSettled = ({ watermarkRoseAt, overlapReadAt }: WorkspaceRow): boolean =>
    watermarkRoseAt !== undefined &&
    overlapReadAt !== undefined &&
    Date.parse(overlapReadAt) >= Date.parse(watermarkRoseAt) + OVERLAP_MS;

  const begin = (row: WorkspaceRow): ReconcileProgress => {
    // If the watermark were in the future, no change would be newer than it.
    const notYet = (watermark: string) =>
      Date.parse(watermark) > now() + CLOCK_SKEW_MS ? new Date(now()).toISOString() : watermark;
    const top = {
      issues: notYet(row.issuesWatermark ?? row.connectedAt),
      projects: notYet(row.projectsWatermark ?? row.connectedAt),
      relations: notYet(relationsFrom(row, now())),
    };
    const until = new Date(now() + DAY_MS).toISOString();
    const overlaps = !isSettled(row);
    const since = (watermark: string) =>
      new Date(Date.parse(watermark) + (overlaps ? -OVERLAP_MS : 1)).toISOString();
    return {
      overlaps,
      startedAt: new Date(now()).toISOString(),
      top,
      issues: { since: since(top.issues), until },
      projects: { since: since(top.projects), until },
      // Without a filter no feature depends on anything.
      blocked: blockersHold(row.settings) && row.awaited ? {} : undefined,
      counts: {},
    };
  };

  /** A pass over the known issues begins once a day, the first a day after a sync has read them all. */
  const sweepOf = ({ sweep, connectedAt }: WorkspaceRow): { sweep: SweepProgress; isOn: boolean } => {
    const current = sweep ?? { startedAt: connectedAt, pages: 0, before: 0 };
    if (current.cursor !== undefined) return { sweep: current, isOn: true };
    if (now() - Date.parse(current.startedAt) < DAY_MS) return { sweep: current, isOn: false };
    return {
      sweep: { startedAt: new Date(now()).toISOString(), pages: 0, before: current.pages },
      isOn: true,
    };
  };

  /** How many pages this run has to read so that the pass is over within the day. */
  const share = ({ settings }: WorkspaceRow, { before }: SweepProgress): number =>
    Math.max(1, Math.ceil((before * settings.reconcileMinutes) / (24 * 60)));

  /** Whether a webhook reported this change; nothing if the change is too recent to know. */
  const deliveryOf = (row: WorkspaceRow, issue: IssueSnapshot, applied: Applied | undefined) => {
    const from = newer(row.issuesWatermark ?? '', newer(row.connectedAt, row.missedFrom));
    if (issue.updatedAt <= from || now() - Date.parse(issue.updatedAt) <= MISSED_AFTER_MS) return [];
    if (applied === 'written' || applied === 'withdrawn') return ['missed'];
    return applied === 'unchanged' ? ['delivered'] : [];
  };

  const applyProjects = async (
    row: WorkspaceRow,
    page: NonNullable<Changes['projects']>,
  ): Promise<Counts> => {
    const mirrored = await mirror.page(row.id, page.items);
    const outcomes = mirrored.map((outcome) => `projects.${outcome}`);
    return sumCounts(countWords(outcomes), { 'projects.unreadable': page.unreadable.length });
  };

  const applyChanged = async (row: WorkspaceRow, page: NonNullable<Changes['issues']>): Promise<Counts> => {
    const { applied, unreadable } = await applyIssues.listed(row, page);
    const cached = await cacheIssues.listed(row.id, page);
    const deliveries = page.items.flatMap((issue, index) => deliveryOf(row, issue, applied[index]));
    return sumCounts(countWords([...applied, ...deliveries]), { unreadable, cached });
  };

  /** Where to read relations from, if there are new ones. */
  const newRelations = (row: WorkspaceRow, newest: string | undefined): ReconcileProgress['relations'] => {
    const since = relationsSince(row, { overlapMs: OVERLAP_MS, now: now() });
    return newest !== undefined && newest >= since ? { since } : undefined;
  };

  const applyPage = async (row: WorkspaceRow, progress: ReconcileProgress, page: Changes) => {
    // Projects come first, because an issue in a new project needs its row.
    const projectCounts = page.projects ? await applyProjects(row, page.projects) : {};
    const issueCounts = page.issues ? await applyChanged(row, page.issues) : {};
    return {
      ...progress,
      top: {
        ...progress.top,
        issues: newer(progress.top.issues, page.issues?.newest),
        projects: newer(progress.top.projects, page.projects?.newest),
      },
      issues: page.issues?.rest,
      projects: page.projects?.rest,
      relations: progress.relations ?? newRelations(row, page.newestRelation),
      counts: sumCounts(progress.counts, { requests: 1 }, projectCounts, issueCounts),
    };
  };

  /** Follows a trigger label that was renamed if its webhook was lost. Then all issues are read again. */
  const followLabels = async (row: WorkspaceRow, labels: Changes['labels']): Promise<void> => {
    const before = triggerOf(row);
    const after = labels.reduce<Trigger>(
      (trigger, label) => triggerAfter(trigger, { ...label, isRemoved: false }) ?? trigger,
      before,
    );
    if (after === before) return;
    // In this order, because the next run does not ask for the sync once the label is followed.
    const sync = newSync(ulid(now()), 'full', { now: now(), delayMs: FORGOTTEN_AFTER_MS });
    await workspaces.askSync(row.id, sync, { again: true, now: now() });
    await workspaces.followTrigger(row, after, now());
  };

  /** Reads a page of the relations that changed, or of the features that are blocked. */
  const readDependencies = async (
    row: WorkspaceRow,
    progress: ReconcileProgress,
  ): Promise<ReconcileProgress> => {
    if (progress.relations) {
      const { rest, newest, woken } = await followRelations.changed(row, progress.relations);
      return {
        ...progress,
        top: { ...progress.top, relations: newer(progress.top.relations ?? '', newest) || undefined },
        relations: rest,
        relationsRead: true,
        counts: sumCounts(progress.counts, { requests: 1, dependencies: woken }),
      };
    }
    const { rest, woken, requests } = await followRelations.blocked(row, progress.blocked ?? {});
    return {
      ...progress,
      blocked: rest,
      counts: sumCounts(progress.counts, { requests, dependencies: woken }),
    };
  };

  /** Makes one request, for a page of what changed and of what is known, and applies it. */
  const step = async (
    row: WorkspaceRow,
    { progress, sweep: before }: Pass,
    { isSwept, dueCached }: { isSwept: boolean; dueCached: DueCached | undefined },
  ): Promise<Pass & { isCacheRead: boolean }> => {
    const { issues, projects } = progress;
    const known = isSwept
      ? await knownIssues({ workspaceId: row.id }, { limit: KNOWN_A_PAGE, cursor: before.cursor })
      : { rows: [], cursor: before.cursor };
    const sweep = { ...before, cursor: known.cursor, pages: before.pages + (isSwept ? 1 : 0) };
    const knownIds = known.rows.map(({ linearIssueId }) => linearIssueId);
    const room = KNOWN_A_PAGE - knownIds.length;
    const cached = dueCached && room > 0 ? await dueCached(room) : { rows: [], isLast: !dueCached };
    const isCacheRead = cached.isLast;
    const cachedIds = cached.rows.map(({ linearIssueId }) => linearIssueId);
    if (!issues && !projects && knownIds.length + cachedIds.length === 0) {
      const next = isUnfinished(progress) ? await readDependencies(row, progress) : progress;
      return { progress: next, sweep, isCacheRead };
    }
    // Labels and the newest relation are read with the first page of a run only.
    const isFirst = !progress.counts.requests;
    const labelIds = isFirst ? row.triggerLabelIds.slice(0, LABELS) : [];
    const withBlockers = blockersHold(row.settings);
    const withRelations = isFirst && withBlockers;
    const page = await linear(row.id, (api) =>
      api.changes({
        issues,
        projects,
        knownIds: [...new Set([...knownIds, ...cachedIds])],
        labelIds,
        withRelations,
        withBlockers,
      }),
    );
    await followLabels(row, page.labels);
    const next = await applyPage(row, progress, page);
    const swept = await applyIssues.known(row, known.rows, only(page.known, knownIds));
    const counts = sumCounts(next.counts, countWords(swept.applied.map((word) => `known.${word}`)), {
      'known.absent': swept.absent,
      'known.unreadable': swept.unreadable,
      cached: await cacheIssues.known(cached.rows, page.known),
    });
    return { progress: { ...next, counts }, sweep, isCacheRead };
  };

  const record = async (row: WorkspaceRow, { startedAt, counts }: ReconcileProgress): Promise<void> => {
    if (counts.missed) count('MissedDeliveries', counts.missed);
    if (!Object.keys(counts).some((word) => NEWS.has(word.split('.').at(-1) ?? ''))) return;
    await history.put({
      workspaceId: row.id,
      id: ulid(now()),
      kind: 'reconcile',
      outcome: 'done',
      startedAt,
      endedAt: new Date(now()).toISOString(),
      counts,
      errors: [],
    });
  };

  /** Begins no page after `deadline` (epoch ms). */
  return async (begun: WorkspaceRow, deadline: number): Promise<void> => {
    const stopAt = Math.min(now() + RUN_MS, deadline);
    let row = begun;
    const { sweep, isOn } = sweepOf(row);
    if (isOn && sweep.pages === 0) await renewAwaited(row);
    const quota = isOn ? sweep.pages + share(row, sweep) : 0;
    let pass: Pass = { progress: row.reconcile ?? begin(row), sweep };
    let isSwept = isOn;
    let dueCached: DueCached | undefined = cacheIssues.due(row);
    for (;;) {
      if (now() >= stopAt) return;
      const { isCacheRead, ...next } = await step(row, pass, { isSwept, dueCached });
      pass = next;
      const { progress, sweep } = pass;
      isSwept = isSwept && sweep.cursor !== undefined && sweep.pages < quota;
      if (isCacheRead) dueCached = undefined;
      if (!isUnfinished(progress) && !isSwept && !dueCached) break;
      if (!(await workspaces.saveReconcile(row, { reconcile: progress, sweep }, now()))) return;
      row = { ...row, reconcile: progress, sweep };
    }
    const { counts } = pass.progress;
    const next = now() + row.settings.reconcileMinutes * 60_000;
    const deliveries = counts.missed ? 'missed' : counts.delivered ? 'arrived' : 'unknown';
    const ended = { reconcile: pass.progress, sweep: pass.sweep, next, deliveries } as const;
    // If another run ended it, that run wrote the history.
    if (await workspaces.endReconcile(row, ended, now())) await record(row, pass.progress);
  };
};

export type Reconcile = ReturnType<typeof reconcile>;
