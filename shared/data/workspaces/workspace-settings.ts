import type { SyncProgress } from '../../domain/mirror/sync.ts';
import type { Trigger } from '../../domain/mirror/trigger.ts';
import type { Settings } from '../../domain/workspaces/settings.ts';
import type { MappedStates } from '../../domain/workspaces/status-map.ts';
import { and, or } from '../condition.ts';
import { due, dueForSync, iso } from '../schedule/due.ts';
import { type WorkspaceRow, type WorkspacesTable, where } from './workspace-row.ts';
import { following } from './workspace-syncs.ts';

/** Ids are stored together with what they belong to, and left alone otherwise: webhooks and looks learn them too. */
type SettingsToSave = MappedStates & {
  settings: Settings;
  /** Only with a changed trigger label. */
  triggerLabelIds?: readonly string[] | undefined;
  sync: SyncProgress | undefined;
};

const sameLabels = ({ triggerLabelIds }: WorkspaceRow) =>
  or(where.notExists('triggerLabelIds'), where.eq('triggerLabelIds', triggerLabelIds));

/** What a workspace's members set, and the trigger label it comes to. Times are epoch milliseconds. */
export const workspaceSettings = (workspaces: WorkspacesTable) => ({
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
    const { ok } = await workspaces.update(
      { id: row.id },
      {
        set: {
          settings,
          ...ids,
          missedFrom: iso(now),
          updatedAt: iso(now),
          ...(sync ? ask(sync) : {}),
          ...(settings.dispatch === row.settings.dispatch ? {} : { redispatchAt: iso(now), ...due(now) }),
        },
        when: and(
          where.asRead(row, 'settings', 'syncAgain'),
          row.sync ? where.exists('sync') : where.notExists('sync'),
          ids.triggerLabelIds && sameLabels(row),
        ),
      },
    );
    return ok;
  },

  /** What changes from here on is expected by us: no missed delivery. */
  async expectChanges(id: string, now: number): Promise<void> {
    await workspaces.update({ id }, { set: { missedFrom: iso(now) }, when: where.exists('ownerId') });
  },

  /** Stores what the trigger label became, decided from `row`; lost when somebody changed either meanwhile. */
  async followTrigger(
    row: WorkspaceRow,
    { triggerLabel, triggerLabelIds }: Trigger,
    now: number,
  ): Promise<void> {
    await workspaces.update(
      { id: row.id },
      {
        set: {
          triggerLabelIds,
          settings: { ...row.settings, triggerLabel },
          missedFrom: iso(now),
          updatedAt: iso(now),
        },
        when: and(where.asRead(row, 'settings'), sameLabels(row)),
      },
    );
  },

  /** Stores ids and names of mapped states, decided from `row`; lost when somebody changed the settings meanwhile. */
  async followStates(
    row: WorkspaceRow,
    { settings, ...ids }: { settings: Settings } & MappedStates,
  ): Promise<void> {
    await workspaces.update(
      { id: row.id },
      { set: { settings, ...ids }, when: where.asRead(row, 'settings', 'wideStateIds', 'teamStateIds') },
    );
  },

  /** What was ready by the old setting of `dispatch` is due. */
  async redispatched(row: WorkspaceRow): Promise<void> {
    await workspaces.update(
      { id: row.id },
      { remove: ['redispatchAt'], when: where.asRead(row, 'redispatchAt') },
    );
  },
});
