import { describe, expect } from 'vitest';
import { parkedIn } from '../../../shared/domain/schedule/due.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import type { Interceptor } from '../../support/in-process/interceptor.ts';
import { test as base } from '../../support/in-process/poller-test.ts';

/** `kicked`: a worker that was kicked for these issues, and for which half a second passes at each of its queries. */
const test = base.extend(
  'kicked',
  ({ poller, workspace }) =>
    (ids: readonly string[], sleep?: () => Promise<void>, around?: Interceptor) =>
      poller
        .container(around, async () => {
          workspace.advance(500);
          await sleep?.();
        })
        .serveIssues(ids, { stay: true }),
);

describe('requests', () => {
  test('a hundred features are written back with one read and four mutations once the states are known', async ({
    poller,
    workspace,
    states,
  }) => {
    const ids = await poller.ready(100);
    const warm = poller.container();
    const reportAll = async (n: number) => {
      await Promise.all(ids.map((id) => poller.passing(id, `run-${n}`)));
      return workspace.requestsOf(() => warm.serveIssues(ids));
    };
    expect(await reportAll(1), 'with the states of the team').toBe(6);
    expect(await reportAll(2)).toBe(5);
    const issues = await Promise.all(ids.map((id) => poller.issue(id)));
    for (const { state, comments } of issues)
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 2]);
  }, 60_000);

  test('an idle tick costs one query for each due index and shard, and no request', async ({
    poller,
    workspace,
    ingestion,
  }) => {
    await poller.one();
    const { workspaces, now } = workspace.parts.deps;
    for (const id of (await workspaces.due(now())).items) {
      const row = await workspaces.get(id);
      if (row) await workspaces.setDue(row, undefined);
    }
    const { tick } = poller.container();
    ingestion.operations();
    expect(await workspace.requestsOf(() => tick())).toBe(0);
    expect(ingestion.operations()).toEqual([
      'Query workspaces',
      'Query projects',
      ...Array<string>(4).fill('Query features'),
    ]);
  });

  test('the next tick writes back what was reported if every kick was lost', async ({ poller, states }) => {
    const ids = await poller.ready(40);
    await Promise.all(ids.map((id) => poller.passing(id)));
    await poller.container().tick();
    const issues = await Promise.all(ids.map((id) => poller.issue(id)));
    for (const { state, comments } of issues)
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 1]);
  });

  test('the features of a request are settled before the next request is sent', async ({ poller }) => {
    const ids = await poller.ready(30);
    await Promise.all(ids.map((id) => poller.passing(id)));
    const calls: string[] = [];
    await poller.serve(ids, (_, what, call) => {
      if (what === 'mutate' || what === 'settle') calls.push(what);
      return call();
    });
    const settled = (count: number) => Array<string>(count).fill('settle');
    expect(calls).toEqual(['mutate', ...settled(25), 'mutate', ...settled(5)]);
  });

  test('a setting decides the size of a batch', async ({ poller, workspace }) => {
    const ids = await poller.ready(3);
    await poller.set({ writeBackBatch: 1 });
    await Promise.all(ids.map((id) => poller.passing(id)));
    expect(await workspace.requestsOf(() => poller.serve(ids))).toBe(5);
  });

  test('a feature that owes more than one request carries has all of it written back, in order', async ({
    poller,
  }) => {
    const id = await poller.one();
    for (let n = 0; n < 60; n++) {
      await poller.report(id, { status: 'in_progress', runId: `run-${n}` });
      await poller.report(id, {
        status: 'failing',
        runId: `run-${n}`,
        error: `try ${n}`,
        prUrl: `https://git.example.com/${n}`,
      });
    }
    await poller.serve([id]);
    const { comments, attachments } = await poller.issue(id);
    expect([comments.nodes.length, attachments.nodes.length]).toEqual([60, 50]);
    expect((await poller.feature(id)).dueAt).toBeUndefined();
  });
});

describe('kicks', () => {
  test('a worker that finds another at work leaves, and the other does its work', async ({
    poller,
    states,
    kicked,
  }) => {
    const [first = '', second = ''] = await poller.ready(2);
    await poller.passing(first);
    let met: unknown;
    await kicked([first], undefined, async (_, what, call) => {
      const answer = await call();
      // Just before the lease is released, after the holder's last query.
      if (what === 'dueLately' && met === undefined) {
        met = 'nobody yet';
      } else if (what === 'dueLately' && met === 'nobody yet') {
        await poller.passing(second);
        met = await poller.serve([second]);
      }
      return answer;
    });
    expect(met).toBe('busy');
    expect((await poller.issue(second)).state.id).toBe(states.Done);
  });

  test('one worker processes what arrives within a second of its last find, with few queries', async ({
    poller,
    workspace,
    kicked,
  }) => {
    const ids = await poller.ready(20);
    const [first = '', ...others] = ids;
    await poller.passing(first);
    const requests = await workspace.requestsOf(() =>
      kicked([first], async () => {
        const next = others.shift();
        if (next) await poller.passing(next);
      }),
    );
    for (const id of ids) expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
    expect(requests).toBeLessThanOrEqual(2 * ids.length + 1);
  }, 30_000);

  test('a worker ends after it has found nothing due twice', async ({ poller, kicked }) => {
    const id = await poller.one();
    await poller.passing(id);
    let queries = 0;
    await kicked([id], undefined, (_, what, call) => {
      if (what === 'dueLately') queries++;
      return call();
    });
    expect(queries).toBe(2);
  });

  test('a worker that died blocks others no longer than its lease', async ({ poller, workspace }) => {
    const id = await poller.one();
    await poller.passing(id);
    await poller.leases.take(`work#${workspace.workspaceId}`, 'dead', 60_000, workspace.parts.deps.now());
    expect(await poller.serve([id])).toBe('busy');
    workspace.advance(61_000);
    expect(await poller.serve([id])).toBe('served');
  });

  test('a worker begins no request after its deadline and leaves the rest due', async ({
    poller,
    workspace,
  }) => {
    const ids = await poller.ready(60);
    await Promise.all(ids.map((id) => poller.passing(id)));
    let mutations = 0;
    const container = poller.container(async (_, what, call) => {
      if (what === 'mutate' && ++mutations === 1) workspace.advance(60_000);
      return call();
    });
    await container.serveIssues(ids);
    expect(mutations).toBe(1);
    const left = (await Promise.all(ids.map(poller.feature))).filter(({ dueAt }) => dueAt !== undefined);
    expect(left).toHaveLength(35);
    await poller.drain();
    for (const id of ids) expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
  }, 30_000);
});

test('a stream of kicks cannot keep a workspace from its own duties', async ({ poller, workspace }) => {
  const id = await poller.one();
  await poller.passing(id);
  const { workspaces, now } = workspace.parts.deps;
  await workspaces.makeDue(workspace.workspaceId, now());
  await poller.serve([id]);
  const { reconcileAt = '' } = await workspace.parts.row();
  expect(Date.parse(reconcileAt)).toBeGreaterThan(now());
});

test('a worker that stays uses a setting that was changed meanwhile', async ({ poller, kicked, states }) => {
  const [before = '', after = ''] = await poller.ready(2);
  await poller.passing(before);
  let isChanged = false;
  await kicked([before], async () => {
    if (isChanged) return;
    isChanged = true;
    await poller.set({ statusMap: { passing: null } });
    await poller.passing(after);
  });
  expect((await poller.issue(before)).state.id).toBe(states.Done);
  const issue = await poller.issue(after);
  expect([issue.state.id === states.Done, issue.comments.nodes.length]).toEqual([false, 1]);
});

test('features of a workspace whose app was revoked are parked once the probe has found that', async ({
  poller,
  workspace,
}) => {
  const id = await poller.one();
  await poller.passing(id);
  const { workspaces, now } = workspace.parts.deps;
  const revokedAt = new Date(now() + 1_000).toISOString();
  expect(await workspaces.noteRevoked(workspace.workspaceId, revokedAt, now())).toBe('noted');
  const requests: string[] = [];
  await poller.serve([id], async (to, what, call) => {
    if (to === 'linear') requests.push(what);
    if (what === 'viewer') throw new LinearError({ is: 'unauthorized' }, 'revoked');
    return call();
  });
  expect(new Set(requests)).toEqual(new Set(['viewer']));
  expect((await workspace.row()).connection).toBe('disconnected');
  expect((await poller.feature(id)).dueIn).toBe(parkedIn(workspace.workspaceId));
});

test('no duty of a workspace begins after the deadline, and each stays due', async ({
  poller,
  workspace,
}) => {
  const id = await poller.one();
  await poller.passing(id);
  const { workspaces, now } = workspace.parts.deps;
  await workspaces.makeDue(workspace.workspaceId, now());
  const begun: string[] = [];
  const late = poller.container(async (to, what, call) => {
    if (to === 'linear') begun.push(what);
    const answer = await call();
    if (what === 'mutate') workspace.advance(60_000);
    return answer;
  });
  await late.serveIssues([id]);
  expect(begun).toContain('mutate');
  expect(begun).not.toContain('changes');
  expect((await workspaces.due(now())).items).toContain(workspace.workspaceId);
  await poller.serve([]);
  expect(Date.parse((await workspace.parts.row()).reconcileAt ?? '')).toBeGreaterThan(now());
});

test('a sync that is running does not delay changes that happen meanwhile', async ({ poller, workspace }) => {
  const id = await poller.one();
  await workspace.askSync('full');
  await workspace.graphql(
    'mutation($id: String!) { issueUpdate(id: $id, input: { title: "Told by no webhook" }) { success } }',
    { id },
  );
  workspace.webhooks();
  workspace.pass(6 * 60_000);
  await poller.container().tick();
  expect((await workspace.row()).sync).toBeDefined();
  expect((await poller.feature(id)).issue?.name).toBe('Told by no webhook');
});
