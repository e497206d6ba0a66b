import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../local/walk/walk-clients.ts';
import { startStack, type TestStack } from '../../../testing/stack.ts';
import { startPulling } from '../../support/pulling.ts';

type Shown = { linearIssueId: string; ready: boolean; reason?: string; blocked?: { by: string[] } };

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
}, 120_000);
afterAll(() => stack?.stop());

/** A human completes an issue in Linear. */
const complete = async (issueId: string): Promise<void> => {
  const headers = {
    authorization: stack.outputs.adminKey ?? '',
    'content-type': 'application/json',
  };
  const graphql = async (query: string, variables: object) => {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${stack.outputs.linear}/graphql`, { method: 'POST', headers, body });
    return ((await response.json()) as { data: { issue: { team: { states: { nodes: { id: string }[] } } } } })
      .data;
  };
  const { issue } = await graphql(
    `query($id: String!) { issue(id: $id) { team {
      states(first: 1, filter: { type: { eq: "completed" } }) { nodes { id } } } } }`,
    { id: issueId },
  );
  await graphql(
    'mutation($id: String!, $stateId: String!) { issueUpdate(id: $id, input: { stateId: $stateId }) { success } }',
    { id: issueId, stateId: issue.team.states.nodes[0]?.id },
  );
};

test('a feature is released seconds after a human completes the issue that blocks it, without a tick', async () => {
  const { api, human, project, featureOf } = await startPulling(stack, 'auth0|owner');
  // Without the label, so that only its webhook can tell that it is done.
  const blocker = await human.createIssue(project.linearProjectId, 'Order the machines');
  const waiting = await human.createIssue(project.linearProjectId, 'Install the machines');
  await human.block(blocker.id, waiting.id);
  await human.addLabel(waiting.id, 'omakase');
  await featureOf(waiting.id);
  const shown = async (): Promise<Shown | undefined> => {
    const { items } = await api.get<{ items: Shown[] }>(`/projects/${project.id}/features?limit=100`);
    return items.find(({ linearIssueId }) => linearIssueId === waiting.id);
  };
  await human.advanceClock(61_000);
  await until('it to be blocked', async () => ((await shown())?.blocked ? true : undefined));
  expect(await shown()).toMatchObject({
    ready: false,
    reason: 'blocked',
    blocked: { by: [blocker.identifier] },
  });
  // Every function knows by then that the issue is awaited, and the next tick is a minute away.
  await human.advanceClock(5 * 60_000);
  await new Promise((resolve) => setTimeout(resolve, 3_000));

  const begun = performance.now();
  await complete(blocker.id);
  await until('it to be ready', async () => ((await shown())?.ready ? true : undefined));
  expect(performance.now() - begun).toBeLessThan(20_000);
}, 120_000);
