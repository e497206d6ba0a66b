import type { WorkflowState } from '../mirror/workflow-state.ts';
import { sameName } from '../name.ts';
import { type Status, statuses } from '../statuses.ts';
import type { Settings, StatusMap } from './settings.ts';

/** Ids of the states that statuses are mapped to, by team. */
export type StateIds = Record<string, { [S in Status]?: string | undefined }>;

/** The ids behind the maps of the settings, which show names. Absent from rows that are older than the ids. */
export type MappedStates = { wideStateIds?: StateIds | undefined; teamStateIds?: StateIds | undefined };

/**
 * What a workspace wants for a status in one team. `default`: nothing is mapped. `left`: the issue stays where it is.
 * `gone`: it stays too, because the team no longer has the mapped state `name`.
 */
export type Wish =
  | { is: 'default' }
  | { is: 'left' }
  | { is: 'state'; state: WorkflowState }
  | { is: 'gone'; name: string };

/** Settings beside the ids that belong to them. */
export type Mapped = { settings: Settings } & MappedStates;

/** What is mapped for one status in one team: a state's name, `null` for none, `undefined` for the default. */
const wantedName = (
  { statusMap, teamStatusMaps }: Settings,
  teamId: string,
  status: Status,
): { name: string | null | undefined; isOfTeam: boolean } => {
  const ofTeam = teamStatusMaps[teamId]?.[status];
  return ofTeam === undefined
    ? { name: statusMap[status], isOfTeam: false }
    : { name: ofTeam, isOfTeam: true };
};

const isNamed =
  (nameOrId: string) =>
  ({ id, name }: { id: string; name: string }) =>
    id === nameOrId || sameName(name, nameOrId);

/** The state with the stored id, whatever its name is now; otherwise the state with the mapped name. */
export const wishOf = (
  { settings, wideStateIds = {}, teamStateIds = {} }: Mapped,
  { teamId, states }: { teamId: string; states: readonly WorkflowState[] },
  status: Status,
): Wish => {
  const { name, isOfTeam } = wantedName(settings, teamId, status);
  if (name === undefined) return { is: 'default' };
  if (name === null) return { is: 'left' };
  const id = (isOfTeam ? teamStateIds : wideStateIds)[teamId]?.[status];
  const state = states.find((each) => each.id === id) ?? states.find(isNamed(name));
  if (state) return { is: 'state', state };
  // A map for all teams leaves alone the issues of a team that never had such a state.
  return isOfTeam || id !== undefined ? { is: 'gone', name } : { is: 'left' };
};

/**
 * The settings with what the states of a team add to them: ids of states that were known by name only, and new names in
 * the team's own map. `undefined` if they add nothing.
 */
export const learnedFrom = (
  mapped: Mapped,
  { teamId, states }: { teamId: string; states: readonly WorkflowState[] },
): Mapped | undefined => {
  let { settings, wideStateIds = {}, teamStateIds = {} } = mapped;
  let isNews = false;
  for (const status of statuses) {
    const wish = wishOf(mapped, { teamId, states }, status);
    if (wish.is !== 'state') continue;
    const { id, name } = wish.state;
    const { isOfTeam, name: shown } = wantedName(settings, teamId, status);
    const ids = isOfTeam ? teamStateIds : wideStateIds;
    if (ids[teamId]?.[status] !== id) {
      isNews = true;
      const learned = { ...ids, [teamId]: { ...ids[teamId], [status]: id } };
      if (isOfTeam) teamStateIds = learned;
      else wideStateIds = learned;
    }
    if (isOfTeam && !sameName(shown ?? '', name)) {
      isNews = true;
      const teamMap = { ...settings.teamStatusMaps[teamId], [status]: name };
      settings = { ...settings, teamStatusMaps: { ...settings.teamStatusMaps, [teamId]: teamMap } };
    }
  }
  return isNews ? { settings, wideStateIds, teamStateIds } : undefined;
};

type TeamState = WorkflowState & { teamId: string };

/** Looks up the states that a map names among those of some teams: the map with names only, and the ids by team. */
export const resolveMap = (
  map: StatusMap,
  states: readonly TeamState[],
): { named: StatusMap; stateIds: StateIds; unknown: { status: Status; name: string }[] } => {
  const named: StatusMap = {};
  const stateIds: StateIds = {};
  const unknown: { status: Status; name: string }[] = [];
  for (const status of statuses) {
    const asked = map[status];
    if (asked === undefined) continue;
    if (asked === null) {
      named[status] = null;
      continue;
    }
    const found = states.find(isNamed(asked));
    if (!found) {
      unknown.push({ status, name: asked });
      continue;
    }
    named[status] = found.id === asked ? found.name : asked;
    for (const { id, name, teamId } of states)
      if (sameName(name, found.name) && stateIds[teamId]?.[status] === undefined)
        stateIds[teamId] = { ...stateIds[teamId], [status]: id };
  }
  return { named, stateIds, unknown };
};

/** For each status of the map for all teams, the teams that lack the state, so that their issues stay as they are. */
export const teamsWithout = (
  { settings, wideStateIds = {} }: Mapped,
  teamIds: Iterable<string>,
): { status: Status; name: string; teamIds: string[] }[] =>
  statuses.flatMap((status) => {
    const name = settings.statusMap[status];
    if (name == null) return [];
    const without = [...teamIds].filter(
      (teamId) =>
        wideStateIds[teamId]?.[status] === undefined && !wantedName(settings, teamId, status).isOfTeam,
    );
    return without.length > 0 ? [{ status, name, teamIds: without }] : [];
  });
