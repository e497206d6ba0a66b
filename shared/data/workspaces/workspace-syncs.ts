import { covers, type SyncProgress } from '../../domain/mirror/sync.ts';
import { and } from '../condition.ts';
import { dueForSync, iso } from '../schedule/due.ts';
import {
  type ReconcileProgress,
  type SweepProgress,
  type WorkspaceItem,
  type WorkspaceRow,
  type WorkspacesTable,
  where,
  workspaceRow,
} from './workspace-row.ts';

/** No other run of the reconcile has saved a page, raised a watermark or ended since the row was read. */
const sameReconcile = (row: WorkspaceRow) => where.asRead(row, 'issuesWatermark', 'reconcile', 'reconcileAt');

/** The sync that follows the running one. If one was already to follow, its history row is kept. */
export const following = ({ syncAgain }: WorkspaceRow, sync: SyncProgress): SyncProgress => ({
  ...sync,
  historyId: syncAgain?.historyId ?? sync.historyId,
});

/** What a page of a sync says about the workspace itself. */
export type SyncedFields = Partial<
  Pick<
    WorkspaceItem,
    | 'linearOrganizationName'
    | 'linearOrganizationUrlKey'
    | 'listedAt'
    | 'issuesWatermark'
    | 'projectsWatermark'
  >
>;

/** Progress of reading a workspace from Linear. Times are epoch milliseconds. */
export const workspaceSyncs = (workspaces: WorkspacesTable) => {
  /**
   * Requests a sync. If a running sync reads as much, returns that one. If it does not, or (`again`) may have read
   * too early, another sync follows it. Returns nothing if the workspace is not connected.
   */
  const askSync = async (
    id: string,
    sync: SyncProgress,
    { again = false, now }: { again?: boolean; now: number },
  ): Promise<SyncProgress | undefined> => {
    const written = await workspaces.update(
      { id },
      {
        set: { sync, ...dueForSync(sync, now), updatedAt: iso(now) },
        when: and(where.eq('connection', 'connected'), where.notExists('sync')),
      },
    );
    if (written.ok) return sync;
    const row = written.row && workspaceRow(written.row);
    if (!row?.sync) return undefined;
    const asked = [row.sync, row.syncAgain].find((each) => each && covers(each, sync));
    if (asked && !again) return asked;
    const queued = following(row, sync);
    const { ok } = await workspaces.update(
      { id },
      { set: { syncAgain: queued }, when: and(where.exists('sync'), where.asRead(row, 'syncAgain')) },
    );
    return ok ? queued : askSync(id, sync, { again, now });
  };

  return {
    askSync,

    /**
     * Stores the progress of a sync. `undefined` ends it and begins the one that follows, if any. Returns `false` if
     * another run has gone further.
     */
    async saveSync(
      row: WorkspaceRow,
      next: SyncProgress | undefined,
      { fields, now }: { fields: SyncedFields; now: number },
    ): Promise<boolean> {
      const after = next ?? row.syncAgain;
      const { ok } = await workspaces.update(
        { id: row.id },
        {
          set: {
            ...fields,
            updatedAt: iso(now),
            ...(next ? {} : { missedFrom: iso(now) }),
            ...(after ? { sync: after } : {}),
          },
          remove: next ? [] : ['syncAgain', after ? undefined : 'sync'],
          when: and(where.asRead(row, 'sync'), next ? undefined : where.asRead(row, 'syncAgain')),
        },
      );
      return ok;
    },

    /** Stores the progress of a reconcile since `row`. Returns `false` if another run has gone further. */
    async saveReconcile(
      row: WorkspaceRow,
      { reconcile, sweep }: { reconcile: ReconcileProgress; sweep: SweepProgress },
      now: number,
    ): Promise<boolean> {
      const { ok } = await workspaces.update(
        { id: row.id },
        {
          set: { reconcile, sweep, updatedAt: iso(now) },
          when: sameReconcile(row),
        },
      );
      return ok;
    },

    /**
     * Raises the watermarks (Linear's clock), and stores the time of the next reconcile and whether webhooks arrive.
     * Returns `false` if another run has gone further.
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
      const { ok } = await workspaces.update(
        { id: row.id },
        {
          set: {
            issuesWatermark: top.issues,
            projectsWatermark: top.projects,
            relationsWatermark: top.relations,
            relationsReadAt: reconcile.relationsRead ? startedAt : undefined,
            ...(rose ? { watermarkRoseAt: iso(now) } : {}),
            ...(overlaps ? { overlapReadAt: startedAt } : {}),
            sweep,
            reconcileAt: iso(next),
            updatedAt: iso(now),
            ...(deliveries === 'missed' ? { deliveriesMissedAt: iso(now) } : {}),
          },
          remove: ['reconcile', deliveries === 'arrived' ? 'deliveriesMissedAt' : undefined],
          when: sameReconcile(row),
        },
      );
      return ok;
    },
  };
};
