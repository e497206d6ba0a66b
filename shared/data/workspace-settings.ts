import type { Trigger } from '../domain/feature.ts';
import type { SyncProgress } from '../domain/sync.ts';
import type { Settings } from '../domain/workspace.ts';
import { due, dueForSync, iso } from './due.ts';
import type { WorkspaceRow } from './workspace-row.ts';
import { following, sameFollowing } from './workspace-syncs.ts';
import type { WorkspaceWrites } from './workspace-writes.ts';

/** What a workspace's members set, and the trigger label it comes to. Times are epoch milliseconds. */
export const workspaceSettings = ({ change }: WorkspaceWrites) => ({
  /**
   * Stores settings that were decided from `row`, and asks for the `sync` they need in the same write. Lost when
   * somebody else changed them meanwhile, or when a sync began or ended.
   */
  async saveSettings(
    row: WorkspaceRow,
    {
      settings,
      triggerLabelIds,
      sync,
    }: { settings: Settings; triggerLabelIds: readonly string[]; sync: SyncProgress | undefined },
    now: number,
  ): Promise<boolean> {
    const ask = (asked: SyncProgress) =>
      row.sync ? { syncAgain: following(row, asked) } : { sync: asked, ...dueForSync(asked, now) };
    const { ok } = await change(row.id, {
      set: {
        settings,
        triggerLabelIds,
        missedFrom: iso(now),
        updatedAt: iso(now),
        ...(sync ? ask(sync) : {}),
        ...(settings.dispatch === row.settings.dispatch ? {} : { redispatchAt: iso(now), ...due(now) }),
      },
      when: `#settings = :s AND ${row.sync ? 'attribute_exists(#sync)' : 'attribute_not_exists(#sync)'} AND ${sameFollowing(row)}`,
      values: { s: row.settings, a: row.syncAgain },
    });
    return ok;
  },

  /** What changes from here on is expected by us: no missed delivery. */
  async expectChanges(id: string, now: number): Promise<void> {
    await change(id, { set: { missedFrom: iso(now) }, when: 'attribute_exists(#ownerId)' });
  },

  /** Stores what the trigger label became, decided from `row`; lost when somebody changed either meanwhile. */
  async followTrigger(
    row: WorkspaceRow,
    { triggerLabel, triggerLabelIds }: Trigger,
    now: number,
  ): Promise<void> {
    await change(row.id, {
      set: {
        triggerLabelIds,
        settings: { ...row.settings, triggerLabel },
        missedFrom: iso(now),
        updatedAt: iso(now),
      },
      when: '#settings = :s AND (attribute_not_exists(#triggerLabelIds) OR #triggerLabelIds = :l)',
      values: { s: row.settings, l: row.triggerLabelIds },
    });
  },

  /** What was ready by the old setting of `dispatch` is due. */
  async redispatched(row: WorkspaceRow): Promise<void> {
    await change(row.id, {
      remove: ['redispatchAt'],
      when: '#redispatchAt = :r',
      values: { r: row.redispatchAt },
    });
  },
});
