import { ulid } from 'ulid';
import type { Features } from '../data/features.ts';
import type { History } from '../data/history.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { derivedId } from '../domain/ids.ts';
import type { IssueSnapshot } from '../domain/issue.ts';
import { tally } from '../domain/sync.ts';
import type { LinearApi } from '../linear/api.ts';
import type { Applied, ApplyIssue } from './apply-issue.ts';
import { inParallel } from './in-parallel.ts';
import type { MirrorProjects } from './mirror-projects.ts';
import type { Routes } from './routes.ts';
import type { WithLinear } from './with-linear.ts';

/** Linear commits late and out of order by seconds; what lies in the overlap is compared, not written again. */
const OVERLAP_MS = 5 * 60_000;
/** A webhook may still be on its way for this long. */
const MISSED_AFTER_MS = 2 * 60_000;
const WRITES_AT_ONCE = 16;
const DAY_MS = 24 * 3_600_000;

type Asked = Parameters<LinearApi['changes']>[0];

type Deps = {
  workspaces: Workspaces;
  features: Features;
  mirror: MirrorProjects;
  history: History;
  routes: Routes;
  apply: ApplyIssue;
  linear: WithLinear;
  count: (metric: string, value?: number) => void;
  now: Now;
};

/**
 * Reads what changed in Linear since the watermark and projects it as a webhook would. The watermark is the
 * greatest `updatedAt` seen, in Linear's clock, saved after the last page.
 */
export const reconcile = ({
  workspaces,
  features,
  mirror,
  history,
  routes,
  apply,
  linear,
  count,
  now,
}: Deps) => {
  const applyPage = async (row: WorkspaceRow, issues: readonly IssueSnapshot[]): Promise<Applied[]> => {
    const rows = await features.getMany(issues.map(({ id }) => derivedId('feature', id)));
    const known = new Map(rows.map((feature) => [feature.id, feature]));
    return inParallel(issues, WRITES_AT_ONCE, async (issue) =>
      apply.read(
        issue,
        known.get(derivedId('feature', issue.id)),
        await routes.routeOf(row, issue.projectId),
        {
          look: true,
        },
      ),
    );
  };

  const isMissed = (issue: IssueSnapshot, applied: Applied | undefined): boolean =>
    (applied === 'written' || applied === 'withdrawn') &&
    now() - Date.parse(issue.updatedAt) > MISSED_AFTER_MS;

  /** Reads pages of issues by value: one edited meanwhile moves above the range, into the next run. */
  const pageAfter = (
    { since, until }: { since: string; until: string },
    { items, next }: { items: readonly IssueSnapshot[]; next: string | undefined },
  ) => {
    const [newest, oldest] = [items[0]?.updatedAt, items.at(-1)?.updatedAt];
    if (!next || oldest === undefined) return undefined;
    // The cursor only where a whole page shares one millisecond.
    return oldest === newest ? { since, until, after: next } : { since, until: oldest, after: undefined };
  };

  return async (row: WorkspaceRow): Promise<void> => {
    const startedAt = now();
    const top = {
      issues: row.issuesWatermark ?? row.connectedAt,
      projects: row.projectsWatermark ?? row.connectedAt,
    };
    const overlapping = (watermark: string) => new Date(Date.parse(watermark) - OVERLAP_MS).toISOString();
    const until = new Date(startedAt + DAY_MS).toISOString();
    let issues: Asked['issues'] = { since: overlapping(top.issues), until, after: undefined };
    let projects: Asked['projects'] = { since: overlapping(top.projects), after: undefined };
    let counts: Record<string, number> = {};

    while (issues || projects) {
      const page = await linear(row.id, (api) => api.changes({ issues, projects }));
      counts = tally(counts, ['requests']);
      if (projects && page.projects) {
        const mirrored = await mirror(row.id, page.projects.items);
        counts = tally(
          counts,
          mirrored.map((word) => `projects.${word}`),
        );
        top.projects = later(top.projects, page.projects.items[0]?.linearUpdatedAt);
        projects = page.projects.next ? { ...projects, after: page.projects.next } : undefined;
      }
      if (issues && page.issues) {
        const applied = await applyPage(row, page.issues.items);
        const missed = page.issues.items.filter((issue, index) => isMissed(issue, applied[index]));
        counts = tally(counts, [...applied, ...missed.map(() => 'missed')]);
        top.issues = later(top.issues, page.issues.items[0]?.updatedAt);
        issues = pageAfter(issues, page.issues);
      }
    }

    if (counts.missed) count('MissedDeliveries', counts.missed);
    const next = now() + row.settings.reconcileMinutes * 60_000;
    await workspaces.saveReconcile(row, { top, next }, now());
    const did = ['written', 'withdrawn', 'projects.created', 'projects.updated'];
    if (!did.some((word) => counts[word])) return;
    await history.put({
      workspaceId: row.id,
      id: ulid(now()),
      kind: 'reconcile',
      outcome: 'done',
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(now()).toISOString(),
      counts,
      errors: [],
    });
  };
};

const later = (one: string, other = ''): string => (other > one ? other : one);

export type Reconcile = ReturnType<typeof reconcile>;
