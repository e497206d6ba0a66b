import type { SyncProgress } from '../../domain/mirror/sync.ts';
import type { Trigger } from '../../domain/mirror/trigger.ts';
import type { Settings } from '../../domain/workspaces/settings.ts';
import type { MappedStates } from '../../domain/workspaces/status-map.ts';
import { and, or } from '../condition.ts';
import { due, dueForSync, iso } from '../schedule/due.ts';
import { type WorkspaceRow, type WorkspacesTable, where } from './workspace-row.ts';
import { following } from './workspace-syncs.ts';

/** Ids are stored only together with the settings that they belong to, because webhooks and reads learn ids too. */
type SettingsToSave = MappedStates & {
  settings: Settings;
  /** Given only if the trigger label changed. */
  triggerLabelIds?: readonly string[] | undefined;
  sync: SyncProgress | undefined;
};

const sameLabels = ({ triggerLabelIds }: WorkspaceRow) =>
  or(where.notExists('triggerLabelIds'), where.eq('triggerLabelIds', triggerLabelIds));

/** The settings of a workspace, and its trigger label. Times are epoch milliseconds. */
export const workspaceSettings = (workspaces: WorkspacesTable) => ({
  /**
   * Stores settings that were decided from `row`, and requests the `sync` they need in the same write. Returns
   * `false` if somebody else changed the settings, or if a sync began or ended; with a changed label, also if its ids
   * changed.
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

  /** Changes in Linear from now on are expected and do not count as missed deliveries. */
  async expectChanges(id: string, now: number): Promise<void> {
    await workspaces.update({ id }, { set: { missedFrom: iso(now) }, when: where.exists('ownerId') });
  },

  /**
   * Stores what became of the trigger label, decided from `row`. Has no effect if the label or its ids changed
   * meanwhile.
   */
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

  /** Stores ids and names of mapped states, decided from `row`. Has no effect if the settings changed meanwhile. */
  async followStates(
    row: WorkspaceRow,
    { settings, ...ids }: { settings: Settings } & MappedStates,
  ): Promise<void> {
    await workspaces.update(
      { id: row.id },
      { set: { settings, ...ids }, when: where.asRead(row, 'settings', 'wideStateIds', 'teamStateIds') },
    );
  },

  /** The features that were ready by the old setting of `dispatch` are due. */
  async redispatched(row: WorkspaceRow): Promise<void> {
    await workspaces.update(
      { id: row.id },
      { remove: ['redispatchAt'], when: where.asRead(row, 'redispatchAt') },
    );
  },
});
