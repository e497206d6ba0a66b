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

/** Between a read and its save, others may change the settings, or a sync may begin or end. */
const TRIES = 5;
/** The ids are stored on the workspace's row, about 100 bytes each. */
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

/**
 * Looks up the states that changed maps name. Returns the maps with names and ids, and an error for each unknown one.
 */
const resolveMaps = (changes: SettingsChanges, states: readonly TeamState[]) => {
  const errors: FieldError[] = [];
  const teams = new Set(states.map(({ teamId }) => teamId));
  const resolve = (map: StatusMap, field: string, whose: string, of: readonly TeamState[]) => {
    const { named, stateIds, unknown } = resolveMap(map, of);
    const there = enumerated(of.map(({ name }) => name));
    for (const { status, name } of unknown)
      errors.push({
        field: `${field}.${status}`,
        message: `${whose} has no workflow state "${name}". It has: ${there}.`,
      });
    return { named, stateIds };
  };

  const resolved: SettingsChanges & MappedStates = {};
  if (changes.statusMap) {
    const { named, stateIds } = resolve(changes.statusMap, 'settings.statusMap', 'Linear', states);
    Object.assign(resolved, { statusMap: named, wideStateIds: stateIds });
  }
  if (changes.teamStatusMaps) {
    const teamStatusMaps: Record<string, StatusMap> = {};
    let teamStateIds: StateIds = {};
    for (const [teamId, map] of Object.entries(changes.teamStatusMaps)) {
      const field = `settings.teamStatusMaps.${teamId}`;
      if (!teams.has(teamId)) {
        errors.push({ field, message: `Linear has no team with this id. It has: ${enumerated(teams)}.` });
        continue;
      }
      const { named, stateIds } = resolve(
        map,
        field,
        'The team',
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
        message: `This maps to ${countIds(ids)} workflow states in all teams together, and at most ${MAX_STATE_IDS} can be stored. Map only the teams that need it, in \`teamStatusMaps\`.`,
      });
  return { resolved, errors, teams };
};

/**
 * Changes settings after looking up in Linear what they name. Each attempt decides everything again from the row. Answers
 * warnings: the teams that lack a state which is mapped for all teams. Throws `invalid_input` with an error for each
 * label, team or state that Linear does not have, and `conflict` if others keep changing the settings. A changed label,
 * mapping or treatment of parents makes a sync due.
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
      throw new AppError(
        'invalid_input',
        'The settings name something that Linear does not have: see `errors`.',
        {
          fields: errors,
        },
      );

    const { wideStateIds, teamStateIds, ...named } = maps.resolved;
    const settings = withChanges(row.settings, { ...changes, ...named });
    const without = changes.statusMap ? teamsWithout({ settings, wideStateIds }, maps.teams) : [];
    const warnings = without.map(({ status, name, teamIds }) => ({
      field: `settings.statusMap.${status}`,
      message: `These teams have no workflow state "${name}", so their issues stay where they are: ${enumerated(teamIds)}.`,
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
      'Others changed this workspace at the same time. Read its settings and send the change again.',
    );
  };
};

export type ChangeSettings = ReturnType<typeof changeSettings>;
