import { ulid } from 'ulid';
import type { Features } from '../data/features.ts';
import type { History } from '../data/history.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { derivedId } from '../domain/ids.ts';
import type { IssueSnapshot } from '../domain/issue.ts';
import { tally } from '../domain/sync.ts';
import type { Applied, ApplyIssue } from './apply-issue.ts';
import { inParallel } from './in-parallel.ts';
import type { Routes } from './routes.ts';
import type { WithLinear } from './with-linear.ts';

/** Linear commits late and out of order by seconds; what lies in the overlap is compared, not written again. */
const OVERLAP_MS = 5 * 60_000;
/** A webhook may still be on its way for this long. */
const MISSED_AFTER_MS = 2 * 60_000;
const WRITES_AT_ONCE = 16;

type Deps = {
  workspaces: Workspaces;
  features: Features;
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
export const reconcile = ({ workspaces, features, history, routes, apply, linear, count, now }: Deps) => {
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

  return async (row: WorkspaceRow): Promise<void> => {
    const startedAt = now();
    const watermark = row.issuesWatermark ?? row.connectedAt;
    const since = new Date(Date.parse(watermark) - OVERLAP_MS).toISOString();
    let top = watermark;
    let until = new Date(startedAt + 24 * 3_600_000).toISOString();
    let cursor: string | undefined;
    let counts: Record<string, number> = {};

    for (;;) {
      const page = await linear(row.id, (api) => api.issuesBetween({ since, until }, cursor));
      const applied = await applyPage(row, page.items);
      const missed = page.items.filter((issue, index) => isMissed(issue, applied[index]));
      counts = tally(counts, ['requests', ...applied, ...missed.map(() => 'missed')]);
      const newest = page.items[0]?.updatedAt ?? top;
      const oldest = page.items.at(-1)?.updatedAt;
      if (newest > top) top = newest;
      if (!page.next || oldest === undefined) break;
      // By value, for issues edited meanwhile move above the range; by cursor only within one millisecond.
      cursor = oldest === newest ? page.next : undefined;
      until = oldest;
    }

    if (counts.missed) count('MissedDeliveries', counts.missed);
    const next = now() + row.settings.reconcileMinutes * 60_000;
    await workspaces.saveReconcile(row, { watermark: top, next }, now());
    if (!counts.written && !counts.withdrawn) return;
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

export type Reconcile = ReturnType<typeof reconcile>;
