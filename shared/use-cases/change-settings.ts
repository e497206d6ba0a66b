import { ulid } from 'ulid';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { FORGOTTEN_AFTER_MS, newSync } from '../domain/sync.ts';
import { type SettingsChanges, type StatusMap, withChanges } from '../domain/workspace.ts';
import { AppError, type FieldError, notFound } from '../errors.ts';
import type { WithLinear } from './with-linear.ts';

type Deps = { workspaces: Workspaces; linear: WithLinear; now: Now };

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const listed = (names: Iterable<string>) => [...new Set(names)].sort().join(', ') || 'none';

/**
 * Changes settings after holding them against what exists in Linear. Throws `invalid_input` with every field that
 * names a label, team or state that is not there, and what is. A changed label or mapping makes a sync due.
 */
export const changeSettings = ({ workspaces, linear, now }: Deps) => {
  /** The ids of the labels of a changed trigger label; the known ones where it is not changed. */
  const triggerOf = async (
    row: WorkspaceRow,
    { triggerLabel }: SettingsChanges,
  ): Promise<string[] | FieldError> => {
    if (triggerLabel === undefined || same(triggerLabel, row.settings.triggerLabel))
      return row.triggerLabelIds;
    const labels = await linear(row.id, (api) => api.labels());
    const found = labels.filter(({ name }) => same(name, triggerLabel)).map(({ id }) => id);
    if (found.length > 0) return found;
    const there = listed(labels.map(({ name }) => name));
    return {
      field: 'settings.triggerLabel',
      message: `Linear has no label "${triggerLabel}". It has: ${there}.`,
    };
  };

  const stateErrors = async (row: WorkspaceRow, changes: SettingsChanges): Promise<FieldError[]> => {
    const { statusMap = {}, teamStatusMaps = {} } = changes;
    if (Object.keys(statusMap).length + Object.keys(teamStatusMaps).length === 0) return [];
    const states = await linear(row.id, (api) => api.allWorkflowStates());
    const teams = new Set(states.map(({ teamId }) => teamId));

    const check = (map: StatusMap, field: string, names: readonly string[]): FieldError[] =>
      Object.entries(map)
        .filter(([, name]) => name != null && !names.some((each) => same(each, name)))
        .map(([status, name]) => ({
          field: `${field}.${status}`,
          message: `Linear has no state "${name}" there. It has: ${listed(names)}.`,
        }));
    const ofTeam = ([teamId, map]: [string, StatusMap]): FieldError[] => {
      const field = `settings.teamStatusMaps.${teamId}`;
      if (!teams.has(teamId))
        return [{ field, message: `Linear has no such team. It has: ${listed(teams)}.` }];
      return check(
        map,
        field,
        states.filter((state) => state.teamId === teamId).map(({ name }) => name),
      );
    };
    return [
      ...check(
        statusMap,
        'settings.statusMap',
        states.map(({ name }) => name),
      ),
      ...Object.entries(teamStatusMaps).flatMap(ofTeam),
    ];
  };

  return async (row: WorkspaceRow, changes: SettingsChanges): Promise<void> => {
    const trigger = await triggerOf(row, changes);
    const errors = [...('field' in trigger ? [trigger] : []), ...(await stateErrors(row, changes))];
    if ('field' in trigger || errors.length > 0)
      throw new AppError('invalid_input', 'The settings name what Linear does not have: see `errors`.', {
        fields: errors,
      });

    const touchesIssues = changes.triggerLabel || changes.statusMap || changes.teamStatusMaps;
    const sync = touchesIssues
      ? newSync(ulid(now()), 'full', { now: now(), delayMs: FORGOTTEN_AFTER_MS })
      : undefined;
    let current: WorkspaceRow | undefined = row;
    while (current) {
      const settings = withChanges(current.settings, changes);
      if (await workspaces.saveSettings(current, { settings, triggerLabelIds: trigger, sync }, now())) return;
      current = await workspaces.get(row.id);
    }
    throw notFound('workspace');
  };
};

export type ChangeSettings = ReturnType<typeof changeSettings>;
