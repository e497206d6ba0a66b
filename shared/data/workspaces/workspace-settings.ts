import type { SyncProgress } from '../../domain/mirror/sync.ts';
import type { Trigger } from '../../domain/mirror/trigger.ts';
import type { MappedStates } from '../../domain/workspaces/status-map.ts';
import type { Settings } from '../../domain/workspaces/workspace.ts';
import { due, dueForSync, iso } from '../schedule/due.ts';
import type { WorkspaceRow } from './workspace-row.ts';
import { following, sameFollowing } from './workspace-syncs.ts';
import type { WorkspaceWrites } from './workspace-writes.ts';

/** Ids are stored together with what they belong to, and left alone otherwise: webhooks and looks learn them too. */
type SettingsToSave = MappedStates & {
  settings: Settings;
  /** Only with a changed trigger label. */
  triggerLabelIds?: readonly string[] | undefined;
  sync: SyncProgress | undefined;
};

const SAME_LABELS = '(attribute_not_exists(#triggerLabelIds) OR #triggerLabelIds = :l)';

/** What a workspace's members set, and the trigger label it comes to. Times are epoch milliseconds. */
export const workspaceSettings = ({ change }: WorkspaceWrites) => ({
  /**
   * Stores settings that were decided from `row`, and asks for the `sync` they need in the same write. Lost when
   * somebody else changed them or, with a label, its ids meanwhile, or when a sync began or ended.
   */
  async saveSettings(
    row: WorkspaceRow,
    { settings, sync, ...ids }: SettingsToSave,
    now: number,
  ): Promise<boolean> {
    const ask = (asked: SyncProgress) =>
      row.sync ? { syncAgain: following(row, asked) } : { sync: asked, ...dueForSync(asked, now) };
    const { ok } = await change(row.id, {
      set: {
        settings,
        ...ids,
        missedFrom: iso(now),
        updatedAt: iso(now),
        ...(sync ? ask(sync) : {}),
        ...(settings.dispatch === row.settings.dispatch ? {} : { redispatchAt: iso(now), ...due(now) }),
      },
      when: [
        '#settings = :s',
        row.sync ? 'attribute_exists(#sync)' : 'attribute_not_exists(#sync)',
        sameFollowing(row),
        ...(ids.triggerLabelIds ? [SAME_LABELS] : []),
      ].join(' AND '),
      values: {
        s: row.settings,
        a: row.syncAgain,
        ...(ids.triggerLabelIds ? { l: row.triggerLabelIds } : {}),
      },
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
      when: `#settings = :s AND ${SAME_LABELS}`,
      values: { s: row.settings, l: row.triggerLabelIds },
    });
  },

  /** Stores ids and names of mapped states, decided from `row`; lost when somebody changed the settings meanwhile. */
  async followStates(
    row: WorkspaceRow,
    { settings, ...ids }: { settings: Settings } & MappedStates,
  ): Promise<void> {
    const same = (name: 'wideStateIds' | 'teamStateIds') =>
      row[name] ? `#${name} = :${name}` : `attribute_not_exists(#${name})`;
    await change(row.id, {
      set: { settings, ...ids },
      when: `#settings = :s AND ${same('wideStateIds')} AND ${same('teamStateIds')}`,
      values: { s: row.settings, wideStateIds: row.wideStateIds, teamStateIds: row.teamStateIds },
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
