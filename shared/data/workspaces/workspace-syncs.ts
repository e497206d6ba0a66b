import { covers, type SyncProgress } from '../../domain/mirror/sync.ts';
import type { Item } from '../client.ts';
import { dueForSync, iso } from '../schedule/due.ts';
import {
  type ReconcileProgress,
  type SweepProgress,
  type WorkspaceRow,
  workspaceRow,
} from './workspace-row.ts';
import type { WorkspaceWrites } from './workspace-writes.ts';

/** No other run of the reconcile has saved a page, raised a watermark or ended since the row was read. */
const sameReconcile = ({ issuesWatermark, reconcile, reconcileAt }: WorkspaceRow) => {
  const same = (attribute: string, value: unknown) =>
    value === undefined ? `attribute_not_exists(#${attribute})` : `#${attribute} = :${attribute}`;
  const read = { issuesWatermark, reconcile, reconcileAt };
  return {
    when: Object.entries(read)
      .map(([attribute, value]) => same(attribute, value))
      .join(' AND '),
    values: read,
  };
};

/** The sync that follows the one that runs; it tells on in the history row of one that was to follow already. */
export const following = ({ syncAgain }: WorkspaceRow, sync: SyncProgress): SyncProgress => ({
  ...sync,
  historyId: syncAgain?.historyId ?? sync.historyId,
});

/** Nobody asked for another sync to follow since the row was read; `:a` is the one that is to. */
export const sameFollowing = ({ syncAgain }: WorkspaceRow): string =>
  syncAgain ? '#syncAgain = :a' : 'attribute_not_exists(#syncAgain)';

/** How far reading a workspace from Linear came. Times are epoch milliseconds. */
export const workspaceSyncs = ({ change }: WorkspaceWrites) => ({
  /**
   * Asks for a sync. Two at once are one: the answer is the one that runs, if that reads as much. Another follows it
   * where it does not, or (`again`) where it may have read too early. Nothing where the workspace is not connected.
   */
  async askSync(
    id: string,
    sync: SyncProgress,
    { again = false, now }: { again?: boolean; now: number },
  ): Promise<SyncProgress | undefined> {
    const written = await change(id, {
      set: { sync, ...dueForSync(sync, now), updatedAt: iso(now) },
      when: '#connection = :c AND attribute_not_exists(#sync)',
      values: { c: 'connected' },
    });
    if (written.ok) return sync;
    const row = written.row && workspaceRow(written.row);
    if (!row?.sync) return undefined;
    const asked = [row.sync, row.syncAgain].find((each) => each && covers(each, sync));
    if (asked && !again) return asked;
    const queued = following(row, sync);
    const { ok } = await change(id, {
      set: { syncAgain: queued },
      when: `attribute_exists(#sync) AND ${sameFollowing(row)}`,
      values: { a: row.syncAgain },
    });
    return ok ? queued : this.askSync(id, sync, { again, now });
  },

  /**
   * Keeps how far a sync came; `undefined` ends it, and begins the one that was asked for meanwhile. Lost when
   * another run of it went further.
   */
  async saveSync(
    row: WorkspaceRow,
    next: SyncProgress | undefined,
    { fields, now }: { fields: Item; now: number },
  ): Promise<boolean> {
    const after = next ?? row.syncAgain;
    const { ok } = await change(row.id, {
      set: {
        ...fields,
        updatedAt: iso(now),
        ...(next ? {} : { missedFrom: iso(now) }),
        ...(after ? { sync: after } : {}),
      },
      remove: next ? [] : ['syncAgain', ...(after ? [] : ['sync'])],
      when: next ? '#sync = :s' : `#sync = :s AND ${sameFollowing(row)}`,
      values: { s: row.sync, a: next ? undefined : row.syncAgain },
    });
    return ok;
  },

  /** Keeps how far a reconcile came since `row`. Lost when another run of it went further. */
  async saveReconcile(
    row: WorkspaceRow,
    { reconcile, sweep }: { reconcile: ReconcileProgress; sweep: SweepProgress },
    now: number,
  ): Promise<boolean> {
    const { ok } = await change(row.id, {
      set: { reconcile, sweep, updatedAt: iso(now) },
      ...sameReconcile(row),
    });
    return ok;
  },

  /**
   * Raises the watermarks (Linear's clock), and says when to reconcile next and whether webhooks arrive. Lost when
   * another run of it went further.
   */
  async endReconcile(
    row: WorkspaceRow,
    {
      reconcile,
      sweep,
      next,
      deliveries,
    }: {
      reconcile: ReconcileProgress;
      sweep: SweepProgress;
      next: number;
      deliveries: 'missed' | 'arrived' | 'unknown';
    },
    now: number,
  ): Promise<boolean> {
    const { top, overlaps, startedAt } = reconcile;
    const rose = top.issues !== row.issuesWatermark || top.projects !== row.projectsWatermark;
    const { ok } = await change(row.id, {
      set: {
        issuesWatermark: top.issues,
        projectsWatermark: top.projects,
        ...(rose ? { watermarkRoseAt: iso(now) } : {}),
        ...(overlaps ? { overlapReadAt: startedAt } : {}),
        sweep,
        reconcileAt: iso(next),
        updatedAt: iso(now),
        ...(deliveries === 'missed' ? { deliveriesMissedAt: iso(now) } : {}),
      },
      remove: ['reconcile', ...(deliveries === 'arrived' ? ['deliveriesMissedAt'] : [])],
      ...sameReconcile(row),
    });
    return ok;
  },
});
