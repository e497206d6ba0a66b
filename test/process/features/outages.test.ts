import { describe, expect } from 'vitest';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import type { Interceptor } from '../../support/in-process/interceptor.ts';
import { test } from '../../support/in-process/poller-test.ts';

/** Linear does `what` as long as `isStruck` says so. */
const failing =
  (failure: LinearError['failure'], isStruck: (what: string) => boolean = () => true): Interceptor =>
  async (to, what, call) => {
    if (to === 'linear' && isStruck(what)) throw new LinearError(failure, {});
    return call();
  };

describe('an outage', () => {
  test('pauses the workspace longer each time, across functions, until Linear answers', async ({
    poller,
    workspace,
    states,
  }) => {
    const id = await poller.one();
    await poller.passing(id);
    const down = failing({ is: 'unavailable' });
    const pauses: number[] = [];
    for (let n = 0; n < 6; n++) {
      expect(await poller.serve([id], down)).toBe('paused');
      const { pausedUntil = '' } = await workspace.parts.row();
      pauses.push((Date.parse(pausedUntil) - workspace.parts.deps.now()) / 60_000);
      workspace.advance(20 * 60_000);
    }
    expect(pauses.map((minutes) => Math.floor(minutes + 0.01))).toEqual(
      [1, 2, 4, 8, 15, 15].map((least) =>
        expect.toSatisfy((got: number) => got >= least && got <= least * 1.25 + 1),
      ),
    );
    expect(await poller.serve([id])).toBe('served');
    expect((await workspace.parts.row()).outages).toBe(0);
    expect((await poller.issue(id)).state.id).toBe(states.Done);
  });

  test('keeps every function from asking Linear, even after a kick', async ({ poller, workspace }) => {
    const id = await poller.one();
    await poller.passing(id);
    await poller.serve([id], failing({ is: 'unavailable' }));
    expect(await workspace.requestsOf(() => poller.serve([id]))).toBe(0);
  });

  test('ends for the features when it ends for the workspace itself', async ({ poller, workspace }) => {
    const id = await poller.one();
    await poller.passing(id);
    await poller.serve([id], failing({ is: 'unavailable' }));
    workspace.advance(120_000);
    await workspace.parts.deps.workspaces.makeDue(workspace.workspaceId, workspace.parts.deps.now());
    await poller.serve([]);
    expect((await workspace.parts.row()).outages).toBe(0);
  });

  test('is recorded in history together with its end', async ({ poller, workspace }) => {
    const id = await poller.one();
    await poller.passing(id);
    await poller.serve([id], failing({ is: 'unavailable' }));
    workspace.advance(120_000);
    await poller.serve([id]);
    const [after, before] = await poller.history();
    expect(before).toMatchObject({ outcome: 'failed', errors: [expect.stringContaining('unavailable')] });
    expect(after).toMatchObject({ outcome: 'done', counts: { written: 1 } });
  });

  test('is not counted for a rate limit, which is waited for as long as Linear says', async ({
    poller,
    workspace,
  }) => {
    const id = await poller.one();
    await poller.passing(id);
    const until = workspace.parts.deps.now() + 300_000;
    expect(await poller.serve([id], failing({ is: 'rate_limited', until }))).toBe('paused');
    const row = await workspace.parts.row();
    expect([Date.parse(row.pausedUntil ?? ''), row.outages]).toEqual([until, 0]);
    workspace.advance(301_000);
    expect(await poller.serve([id])).toBe('served');
  });

  test('makes features due a minute later whose write got no answer, and nothing is posted twice', async ({
    poller,
    workspace,
  }) => {
    const id = await poller.one();
    await poller.passing(id);
    await poller.serve([id], async (_, what, call) => {
      const answer = await call();
      if (what === 'mutate') throw new LinearError({ is: 'unavailable' }, {});
      return answer;
    });
    const { dueAt = '' } = await poller.feature(id);
    const inMs = Date.parse(dueAt.split('#')[0] ?? '') - workspace.parts.deps.now();
    expect(inMs).toBeGreaterThan(50_000);
    expect(inMs).toBeLessThanOrEqual(60_000);
    workspace.advance(120_000);
    await poller.serve([id]);
    expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
    expect((await poller.feature(id)).dueAt).toBeUndefined();
  });
});

describe('a workspace that was disconnected', () => {
  test('writes back what it owed after it is connected again, however late it is processed', async ({
    poller,
    workspace,
  }) => {
    const { workspaces, now } = workspace.parts.deps;
    const id = await poller.one();
    const before = await workspace.parts.row();
    await poller.passing(id);
    await workspaces.disconnect(workspace.workspaceId, undefined, now());
    await poller.serve([id]);
    expect((await poller.feature(id)).dueIn).toContain('parked');

    const { ownerId, settings, linearOrganizationId, linearOrganizationName, appUserId } = before;
    const organization = { linearOrganizationId, linearOrganizationName, linearDefaultTeamId: undefined };
    const tokens = { sealedTokens: 'sealed', tokenExpiresAt: new Date(now() + 86_400_000).toISOString() };
    const sync = newSync('again', 'connect', { now: now() });
    const connected = { id: before.id, ownerId, settings, appUserId, ...organization, ...tokens, sync };
    await workspaces.connect(connected, { as: 'owner', tenancy: 0, now: now() });
    workspace.advance(3_600_000);
    await poller.serve([]);
    await poller.drain();
    expect((await poller.feature(id)).dueIn).toBeUndefined();
    expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
  });
});

test('writes back once what it owed while the app could not see the team', async ({ poller, workspace }) => {
  const id = await poller.one();
  const { teamId } = await workspace.world();
  const { teams } = await workspace.graphql<{ teams: { nodes: { id: string }[] } }>(
    '{ teams { nodes { id } } }',
    {},
  );
  const others = teams.nodes.map((team) => team.id).filter((each) => each !== teamId);
  await workspace.access({ canAccessAllPublicTeams: false, teamIds: others });
  workspace.webhooks();
  await poller.passing(id);
  await poller.drain();
  expect(await poller.feature(id)).toMatchObject({
    withdrawn: 'access_lost',
    failure: 'Linear does not show this issue any more.',
  });
  expect((await poller.feature(id)).dueAt).toBeUndefined();
  const givenUp = (await poller.history()).flatMap(({ errors }) => errors);
  expect(givenUp).toEqual([expect.stringContaining('Linear does not show this issue any more.')]);

  await workspace.access({ canAccessAllPublicTeams: true, teamIds: [] });
  await workspace.sync('full');
  await poller.drain();
  const told = await poller.issue(id);
  expect(told.comments.nodes).toHaveLength(1);
  expect(told.state.type).toBe('completed');
  expect((await poller.feature(id)).failure).toBeUndefined();
});

describe('a refusal for good', () => {
  test('is recorded on the feature and in history, does not affect other features, and is not tried again', async ({
    poller,
    workspace,
    states,
  }) => {
    const ids = await poller.ready(25);
    const [bad = '', ...others] = ids;
    await Promise.all(others.map((id) => poller.passing(id)));
    await poller.report(bad, { status: 'in_progress', runId: 'run-1' });
    await poller.report(bad, { status: 'passing', runId: 'run-1', summary: 'Done.', prUrl: 'no url' });
    await poller.serve(ids);
    const row = await poller.feature(bad);
    expect(row).toMatchObject({ failure: 'Argument Validation Error', owed: {}, status: 'passing' });
    expect(row.dueAt).toBeUndefined();
    expect((await poller.history())[0]).toMatchObject({
      counts: { refused: 1, written: 24 },
      errors: [`${row.issue?.identifier}: Argument Validation Error`],
    });
    for (const id of ids) {
      const { state, comments } = await poller.issue(id);
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 1]);
    }
    expect(await workspace.requestsOf(() => poller.serve(ids))).toBe(0);
  });

  test('is found by reading if the issue is gone', async ({ poller, workspace }) => {
    const [bad = '', good = ''] = await poller.ready(2);
    for (const id of [bad, good]) await poller.passing(id);
    await workspace.graphql(
      'mutation($id: String!) { issueDelete(id: $id, permanentlyDelete: true) { success } }',
      { id: bad },
    );
    await poller.serve([bad, good]);
    expect((await poller.issue(good)).comments.nodes).toHaveLength(1);
    await poller.drain();
    const row = await poller.feature(bad);
    expect(row).toMatchObject({ withdrawn: 'gone', owed: {} });
    expect(row.dueAt).toBeUndefined();
  });
});

describe('a workflow state that is gone', () => {
  /** The states as they were: with a completed one, before all others, that is no more. */
  const ghostly = (lies: number): Interceptor => {
    let told = 0;
    return async (_, what, call) => {
      const answer = await call();
      if (what !== 'workflowStates' || told++ >= lies) return answer;
      const { items } = answer as { items: { teamId: string }[] };
      const ghost = { id: crypto.randomUUID(), name: 'Ghost', type: 'completed', position: -1_000 };
      return { items: [...items, ...items.map(({ teamId }) => ({ ...ghost, teamId }))] } as typeof answer;
    };
  };

  test('is forgotten, and the move is tried again with the states that exist now', async ({
    poller,
    states,
  }) => {
    const ids = await poller.ready(2);
    await Promise.all(ids.map((id) => poller.passing(id)));
    await poller.serve(ids, ghostly(1));
    for (const id of ids) {
      const { state, comments } = await poller.issue(id);
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 1]);
      expect(await poller.feature(id)).toMatchObject({ writtenStateId: states.Done, owed: {} });
      expect((await poller.feature(id)).failure).toBeUndefined();
    }
  });

  test('leads to a permanent refusal if Linear still lists it, and the comment is posted', async ({
    poller,
  }) => {
    const id = await poller.one();
    await poller.passing(id);
    await poller.serve([id], ghostly(5));
    const { state, comments } = await poller.issue(id);
    expect([state.name, comments.nodes.length]).toEqual(['Backlog', 1]);
    const row = await poller.feature(id);
    expect(row).toMatchObject({ failure: expect.stringContaining('WorkflowState'), owed: {} });
    expect([row.dueAt, row.writtenStateId]).toEqual([undefined, undefined]);
  });
});
