import { nextOf } from '../pages.ts';
import * as operations from './operations.ts';
import type { Session } from './session.ts';

/** `limit` is at most 100. */
type PickPage = { limit: number; after: string | undefined };

/** One page of what people choose from, with just enough to show and identify each entry. */
export const pickApi = ({ execute }: Session) => ({
  async teams(at: PickPage) {
    const { list } = await execute(operations.pickTeams, at);
    return { items: list.nodes, next: nextOf(list.pageInfo) };
  },

  /** At most five teams of a project are shown. */
  async projects(at: PickPage) {
    const { list } = await execute(operations.pickProjects, at);
    const items = list.nodes.map(({ status, teams, ...project }) => ({
      ...project,
      state: status.type,
      teamIds: teams.nodes.map(({ id }) => id),
    }));
    return { items, next: nextOf(list.pageInfo) };
  },

  /** Labels of the whole organization have no team. */
  async labels(at: PickPage) {
    const { list } = await execute(operations.pickLabels, at);
    const items = list.nodes.map(({ team, ...label }) => ({ ...label, teamId: team?.id ?? null }));
    return { items, next: nextOf(list.pageInfo) };
  },

  async states(at: PickPage) {
    const { list } = await execute(operations.pickStates, at);
    const items = list.nodes.map(({ team, ...state }) => ({ ...state, teamId: team.id }));
    return { items, next: nextOf(list.pageInfo) };
  },

  /** The issue that changed last comes first. */
  async issues(at: PickPage) {
    const { list } = await execute(operations.pickIssues, at);
    const items = list.nodes.map(({ team, project, ...issue }) => ({
      ...issue,
      teamId: team.id,
      projectId: project?.id ?? null,
    }));
    return { items, next: nextOf(list.pageInfo) };
  },
});
