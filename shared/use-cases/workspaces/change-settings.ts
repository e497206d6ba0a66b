import { ulid } from 'ulid';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { FORGOTTEN_AFTER_MS, newSync } from '../../domain/mirror/sync.ts';
import type { WorkflowState } from '../../domain/mirror/workflow-state.ts';
import { sameName } from '../../domain/name.ts';
import { type SettingsChanges, type StatusMap, withChanges } from '../../domain/workspaces/settings.ts';
import {
  type MappedStates,
  resolveMap,
  type StateIds,
  teamsWithout,
} from '../../domain/workspaces/status-map.ts';
import { AppError, enumerated, type FieldError, notFound } from '../../errors.ts';
import type { WithLinear } from './with-linear.ts';

type Deps = { workspaces: Workspaces; linear: WithLinear; now: Now };

/** Others may change the settings, or a sync begin or end, between a read and its save. */
const TRIES = 5;
/** They are kept on the workspace's row, about 100 bytes each. */
const MAX_STATE_IDS = 1_000;

type TeamState = WorkflowState & { teamId: string };

/** Asks once, when first needed. */
const once = <T>(ask: () => Promise<T>) => {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
};

const countIds = (ids: StateIds): number =>
  Object.values(ids).reduce((sum, ofTeam) => sum + Object.keys(ofTeam).length, 0);

/** The maps that are changed, with the names and ids of what Linear has, and what it has not. */
const resolveMaps = (changes: SettingsChanges, states: readonly TeamState[]) => {
  const errors: FieldError[] = [];
  const teams = new Set(states.map(({ teamId }) => teamId));
  const resolve = (map: StatusMap, field: string, of: readonly TeamState[]) => {
    const { named, stateIds, unknown } = resolveMap(map, of);
    const there = enumerated(of.map(({ name }) => name));
    for (const { status, name } of unknown)
      errors.push({
        field: `${field}.${status}`,
        message: `Linear has no state "${name}" there. It has: ${there}.`,
      });
    return { named, stateIds };
  };

  const resolved: SettingsChanges & MappedStates = {};
  if (changes.statusMap) {
    const { named, stateIds } = resolve(changes.statusMap, 'settings.statusMap', states);
    Object.assign(resolved, { statusMap: named, wideStateIds: stateIds });
  }
  if (changes.teamStatusMaps) {
    const teamStatusMaps: Record<string, StatusMap> = {};
    let teamStateIds: StateIds = {};
    for (const [teamId, map] of Object.entries(changes.teamStatusMaps)) {
      const field = `settings.teamStatusMaps.${teamId}`;
      if (!teams.has(teamId)) {
        errors.push({ field, message: `Linear has no such team. It has: ${enumerated(teams)}.` });
        continue;
      }
      const { named, stateIds } = resolve(
        map,
        field,
        states.filter((state) => state.teamId === teamId),
      );
      teamStatusMaps[teamId] = named;
      teamStateIds = { ...teamStateIds, ...stateIds };
    }
    Object.assign(resolved, { teamStatusMaps, teamStateIds });
  }
  for (const [field, ids] of Object.entries({
    statusMap: resolved.wideStateIds ?? {},
    teamStatusMaps: resolved.teamStateIds ?? {},
  }))
    if (countIds(ids) > MAX_STATE_IDS)
      errors.push({
        field: `settings.${field}`,
        message: `This names ${countIds(ids)} states in all teams together; at most ${MAX_STATE_IDS} can be kept. Map only the teams that need it, in \`teamStatusMaps\`.`,
      });
  return { resolved, errors, teams };
};

/**
 * Changes settings after holding them against what exists in Linear. Everything is decided anew from the row at each
 * try. Answers warnings: the teams that have no state of a name that is mapped for all teams. Throws `invalid_input`
 * with every field that names a label, team or state that is not there, and what is; `conflict` where others keep
 * changing the settings. A changed label, mapping or treatment of parents
 * makes a sync due.
 */
export const changeSettings = ({ workspaces, linear, now }: Deps) => {
  const decide = async (
    row: WorkspaceRow,
    changes: SettingsChanges,
    ask: { labels: () => Promise<{ id: string; name: string }[]>; states: () => Promise<TeamState[]> },
  ) => {
    const errors: FieldError[] = [];
    const { triggerLabel } = changes;
    let triggerLabelIds: string[] | undefined;
    if (triggerLabel !== undefined && !sameName(triggerLabel, row.settings.triggerLabel)) {
      const labels = await ask.labels();
      triggerLabelIds = labels.filter(({ name }) => sameName(name, triggerLabel)).map(({ id }) => id);
      if (triggerLabelIds.length === 0)
        errors.push({
          field: 'settings.triggerLabel',
          message: `Linear has no label "${triggerLabel}". It has: ${enumerated(labels.map(({ name }) => name))}.`,
        });
    }
    const namesStates =
      Object.keys(changes.statusMap ?? {}).length + Object.keys(changes.teamStatusMaps ?? {}).length > 0;
    const maps = resolveMaps(changes, namesStates ? await ask.states() : []);
    errors.push(...maps.errors);
    if (errors.length > 0)
      throw new AppError('invalid_input', 'The settings name what Linear does not have: see `errors`.', {
        fields: errors,
      });

    const { wideStateIds, teamStateIds, ...named } = maps.resolved;
    const settings = withChanges(row.settings, { ...changes, ...named });
    const without = changes.statusMap ? teamsWithout({ settings, wideStateIds }, maps.teams) : [];
    const warnings = without.map(({ status, name, teamIds }) => ({
      field: `settings.statusMap.${status}`,
      message: `These teams have no state "${name}", so their issues are left where they are: ${enumerated(teamIds)}.`,
    }));
    return { settings, triggerLabelIds, wideStateIds, teamStateIds, warnings };
  };

  return async (workspace: WorkspaceRow, changes: SettingsChanges): Promise<FieldError[]> => {
    const ask = {
      labels: once(() => linear(workspace.id, (api) => api.labels())),
      states: once(() => linear(workspace.id, (api) => api.allWorkflowStates())),
    };
    const touchesIssues =
      changes.triggerLabel || changes.parents || changes.statusMap || changes.teamStatusMaps;
    let row: WorkspaceRow | undefined = workspace;
    for (let tries = 0; tries < TRIES; tries++) {
      const { warnings, ...decided } = await decide(row, changes, ask);
      const sync = touchesIssues
        ? newSync(ulid(now()), 'full', { now: now(), delayMs: FORGOTTEN_AFTER_MS })
        : undefined;
      if (await workspaces.saveSettings(row, { ...decided, sync }, now())) return warnings;
      row = await workspaces.get(workspace.id);
      if (!row) throw notFound('workspace');
    }
    throw new AppError(
      'conflict',
      'Others change this workspace at the same time. Read its settings and send the change again.',
    );
  };
};

export type ChangeSettings = ReturnType<typeof changeSettings>;
