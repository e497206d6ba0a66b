import type { FeatureRow } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Now } from '../../../domain/clock.ts';
import { withdrawalOf } from '../../../domain/features/feature.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';

/** An issue that is still absent this much later counts as gone. */
const GONE_AFTER_MS = 10 * 60_000;
const OUT_OF_SIGHT = 'Linear does not show this issue any more.';

type Deps = { features: Features; linear: WithLinear; now: Now };

/** Notes that Linear does not show the issues of these rows, and withdraws the rows if that is still so later. */
export const absentIssues = ({ features, linear, now }: Deps) => {
  const isGone = ({ absentSince }: FeatureRow): boolean =>
    absentSince !== undefined && now() - Date.parse(absentSince) >= GONE_AFTER_MS;

  const notYet = (row: FeatureRow) => {
    const absentSince = row.absentSince ?? new Date(now()).toISOString();
    return features.postpone(row, now() + GONE_AFTER_MS, { absentSince });
  };

  const withdraw = (row: FeatureRow, isTeamThere: boolean) => {
    const seenAt = new Date(now()).toISOString();
    const issue = { id: row.linearIssueId, updatedAt: row.linearUpdatedAt ?? seenAt, seenAt };
    const reason = isTeamThere ? 'gone' : 'access_lost';
    return features.withdraw(withdrawalOf(issue, row.workspaceId, reason), now());
  };

  /** What the feature owes cannot be written anywhere. It stays on the row, and is written if the issue comes back. */
  const giveUp = (row: FeatureRow) => {
    return features.settle(row, { posted: [], failure: OUT_OF_SIGHT, unwritten: true }, now());
  };

  /** Answers for which features writing back was given up, for people to read. */
  return async (workspace: WorkspaceRow, rows: readonly FeatureRow[]): Promise<string[]> => {
    // If the app lost access to a team, all its issues are absent, and come back with the team.
    const doubted = rows.filter((row) => isGone(row) && row.withdrawn === undefined);
    const teamIds = [...new Set(doubted.flatMap(({ issue }) => issue?.teamId ?? []))];
    const there =
      teamIds.length > 0 ? await linear(workspace.id, (api) => api.teamsThere(teamIds)) : new Set<string>();
    const givenUp: string[] = [];
    await inParallel(rows, async (row) => {
      if (!isGone(row)) await notYet(row);
      else if (row.withdrawn === undefined)
        await withdraw(row, row.issue === undefined || there.has(row.issue.teamId));
      else {
        await giveUp(row);
        if (row.issue && Object.keys(row.owed).length > 0)
          givenUp.push(`${row.issue.identifier}: ${OUT_OF_SIGHT}`);
      }
    });
    return givenUp;
  };
};
