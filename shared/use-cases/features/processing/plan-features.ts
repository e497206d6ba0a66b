import type { ListedFeature } from '../../../data/features/feature-row.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../../data/workspaces/workspaces.ts';
import type { Now } from '../../../domain/clock.ts';
import { owedLinks } from '../../../domain/features/outcome-comment.ts';
import { learnedFrom, type Mapped, wishOf } from '../../../domain/workspaces/status-map.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';
import type { AppliedReading } from './apply-reading.ts';
import { asRead, type ReadIssues, type Reading } from './read-issues.ts';
import { teamStates } from './team-states.ts';
import { hasNews, type Plan, planOf, type WriteBackResult } from './write-back-plan.ts';

type Deps = {
  workspaces: Pick<Workspaces, 'followStates'>;
  read: ReadIssues;
  linear: WithLinear;
  now: Now;
};

/** Plans, and the requests to Linear that they took. */
export type Planned = { plans: WriteBackResult[]; requests: number };

/**
 * Decides what to write back for features. The workflow states of their teams are read only if an issue may have to
 * move.
 */
export const planFeatures = ({ workspaces, read, linear, now }: Deps) => {
  const states = teamStates({ linear, now });

  /** Stores the ids of mapped states that were known by name only, and their new names. */
  const followStates = async (workspace: WorkspaceRow, teamIds: ReadonlySet<string>): Promise<void> => {
    const after = [...teamIds].reduce<Mapped>(
      (mapped, teamId) => learnedFrom(mapped, { teamId, states: states.of(teamId) }) ?? mapped,
      workspace,
    );
    if (after !== workspace) await workspaces.followStates(workspace, after);
  };

  const plan = async (
    workspace: WorkspaceRow,
    features: readonly ListedFeature[],
    { postedComments, links }: Pick<Reading, 'postedComments' | 'links'>,
  ): Promise<{ plans: Plan[]; requests: number }> => {
    const teamIds = new Set(features.filter(hasNews).map(({ issue }) => issue.teamId));
    const requests = await states.load(workspace.id, teamIds);
    await followStates(workspace, teamIds);
    const plans = features.map((feature) => {
      const team = { teamId: feature.issue.teamId, states: states.of(feature.issue.teamId) };
      return planOf(feature, {
        states: team.states,
        mappedTo: (status) => wishOf(workspace, team, status),
        postedComments,
        links: links.get(feature.linearIssueId) ?? new Set(),
      });
    });
    return { plans, requests };
  };

  return {
    /** Plans features that were read and applied just now. */
    async plan(
      workspace: WorkspaceRow,
      { features, impossible }: AppliedReading,
      reading: Reading,
    ): Promise<Planned> {
      const { plans, requests } = await plan(workspace, features, reading);
      return {
        plans: plans.map((each) => ({ ...each, failure: impossible.get(each.feature.id) })),
        requests,
      };
    },

    /**
     * Plans features again whose move Linear refused. The state may be gone, or the issue in another team by now, so
     * both are read again. A move to the same state is not tried again.
     */
    async planAgain(
      workspace: WorkspaceRow,
      refused: readonly WriteBackResult[],
      before: Reading,
    ): Promise<Planned> {
      const rows = refused.map(({ feature }) => feature);
      const reading = await read(workspace, rows, { withOwed: false });
      const features = rows.map((feature) => asRead(feature, reading));
      for (const { issue } of features) states.forget(issue.teamId);
      const { plans, requests } = await plan(workspace, features, afterSending(before, refused));
      const resultOf = new Map(refused.map((result) => [result.feature.id, result]));
      return {
        plans: plans.map((each) => secondTry(each, resultOf.get(each.feature.id))),
        requests: 1 + requests,
      };
    },
  };
};

/** The reading after everything but the move was done. */
const afterSending = (
  { postedComments, links }: Reading,
  results: readonly WriteBackResult[],
): Pick<Reading, 'postedComments' | 'links'> => ({
  postedComments: new Set([...postedComments, ...results.flatMap(({ posted }) => posted)]),
  links: new Map([
    ...links,
    ...results.map(({ feature }): [string, ReadonlySet<string>] => [
      feature.linearIssueId,
      new Set([...(links.get(feature.linearIssueId) ?? []), ...owedLinks(feature.owed)]),
    ]),
  ]),
});

const secondTry = (plan: Plan, first: WriteBackResult | undefined): WriteBackResult => {
  if (first?.leftIn !== plan.leftIn) return { ...plan, failure: first?.failure };
  return { ...plan, mutations: [], failure: first?.failure, moveRefused: first?.moveRefused };
};
