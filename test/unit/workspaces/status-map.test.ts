import { expect, test } from 'vitest';
import { defaultSettings } from '../../../shared/domain/workspaces/settings.ts';
import {
  learnedFrom,
  resolveMap,
  teamsWithout,
  wishOf,
} from '../../../shared/domain/workspaces/status-map.ts';

const state = (teamId: string, name: string, id = `${teamId}-${name}`) => ({
  id,
  name,
  teamId,
  type: 'started',
  position: 0,
});
const all = [state('a', 'Shipped'), state('a', 'Done'), state('b', 'Done')];
const ofTeam = (teamId: string) => ({ teamId, states: all.filter((each) => each.teamId === teamId) });

test('a map keeps names as they are given, shows ids as names, and finds the ids of both in each team', () => {
  const map = { passing: 'done', failing: 'a-Shipped', pending: null, in_progress: 'Nowhere' };
  expect(resolveMap(map, all)).toEqual({
    named: { passing: 'done', failing: 'Shipped', pending: null },
    stateIds: { a: { passing: 'a-Done', failing: 'a-Shipped' }, b: { passing: 'b-Done' } },
    unknown: [{ status: 'in_progress', name: 'Nowhere' }],
  });
});

test('a map for all teams lists the teams without such a state, except those with a map of their own', () => {
  const { stateIds } = resolveMap({ passing: 'Shipped' }, all);
  const settings = { ...defaultSettings, statusMap: { passing: 'Shipped' } };
  const without = (teamStatusMaps: Record<string, object>) =>
    teamsWithout({ settings: { ...settings, teamStatusMaps }, wideStateIds: stateIds }, ['a', 'b']);
  expect(without({})).toEqual([{ status: 'passing', name: 'Shipped', teamIds: ['b'] }]);
  expect(without({ b: { passing: null } })).toEqual([]);
});

test('a mapped state that a team no longer has is not replaced by the default, and one it never had leaves the issue alone', () => {
  const settings = { ...defaultSettings, statusMap: { passing: 'Gone' } };
  expect(wishOf({ settings, wideStateIds: { a: { passing: 'x' } } }, ofTeam('a'), 'passing')).toEqual({
    is: 'gone',
    name: 'Gone',
  });
  expect(wishOf({ settings }, ofTeam('a'), 'passing')).toEqual({ is: 'left' });
  expect(wishOf({ settings }, ofTeam('a'), 'failing')).toEqual({ is: 'default' });
});

test('states that are known already add nothing', () => {
  const settings = { ...defaultSettings, teamStatusMaps: { a: { passing: 'done' } } };
  const learned = learnedFrom({ settings }, ofTeam('a'));
  expect(learned).toMatchObject({ settings, teamStateIds: { a: { passing: 'a-Done' } } });
  expect(learned && learnedFrom(learned, ofTeam('a'))).toBeUndefined();
});
