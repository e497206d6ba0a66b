import { check } from './checks/checks.ts';
import type { Finding } from './checks/finding.ts';
import { tick } from './converge.ts';
import type { Journal } from './journal.ts';
import type { Workspace } from './workspace.ts';
import type { World } from './world.ts';

const QUIET_MS = 900;

const setState = (state: string) => (workspace: Workspace) =>
  workspace.graphql(
    'mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }',
    { id: workspace.holder.id, input: { stateId: workspace.stateId(workspace.holder.teamId, state) } },
  );

const unrelate = async ({ graphql, holding }: Workspace): Promise<void> => {
  for (const id of holding)
    await graphql('mutation($id: String!) { issueRelationDelete(id: $id) { success } }', { id });
};

/** What is done to what blocked others during the whole run, and how many ticks later all must know it. */
const steps = [
  // Webhooks tell it. A reconcile is seldom due by then.
  { does: setState('Done'), ticks: 3, tickMs: 5_000 },
  { does: setState('Todo'), ticks: 3, tickMs: 5_000 },
  // Only a reconcile can see that something is gone, and every five minutes there is one.
  { does: unrelate, ticks: 7, tickMs: 60_000 },
];

/**
 * Closes and reopens the issues that blocked others during the whole run, then deletes the relations. The features have
 * to follow, whatever the run did to the rows by which they are found.
 */
export const tryRelease = async (world: World, journal: Journal, quietMs = QUIET_MS): Promise<Finding[]> => {
  for (const { does, ticks, tickMs } of steps) {
    for (const workspace of world.workspaces.values()) await does(workspace);
    let findings: Finding[] = [];
    for (let count = 0; count === 0 || (findings.length > 0 && count < ticks); count++) {
      await tick(world, tickMs, quietMs);
      findings = await check(world, journal);
    }
    if (findings.length > 0) return findings;
  }
  return [];
};
