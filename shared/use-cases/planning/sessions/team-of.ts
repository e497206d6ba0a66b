import type { ProjectRow } from '../../../data/mirror/project-row.ts';
import { invalid } from './invalid.ts';

/**
 * The Linear team of a session's new issues: the one that is named, or the only one of its project. Throws
 * `invalid_input` if the project does not belong to the team that is named.
 */
export const teamOf = (
  { linearTeamIds: teams }: Pick<ProjectRow, 'linearTeamIds'>,
  named: string | null | undefined,
): string | undefined => {
  if (named == null) return teams.length === 1 ? teams[0] : undefined;
  if (teams.includes(named)) return named;
  throw invalid(
    'teamId',
    teams.length === 0
      ? 'The project belongs to no team in Linear, as far as it was read. Add it to a team there, or leave `teamId` out.'
      : `The project belongs to the teams ${teams.join(', ')} in Linear. Name one of them.`,
  );
};
