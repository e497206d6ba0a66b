import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { derivedId } from '../../shared/domain/ids.ts';
import { newSync } from '../../shared/domain/sync.ts';
import { LinearError } from '../../shared/errors.ts';
import { startIngestion } from '../support/ingestion.ts';
import { type Around, settled, startPoller } from '../support/poller.ts';

let ingestion: Awaited<ReturnType<typeof startIngestion>>;
let workspace: Awaited<ReturnType<typeof ingestion.connected>>;
let poller: ReturnType<typeof startPoller>;
let states: Record<string, string>;
beforeAll(async () => {
  ingestion = await startIngestion();
}, 60_000);
afterAll(() => ingestion?.stop());
beforeEach(async () => {
  workspace = await ingestion.connected();
  poller = startPoller(workspace);
  states = await poller.states();
});

const idsOf = (issueIds: readonly string[]) => issueIds.map((id) => derivedId('feature', id));
const serve = (issueIds: readonly string[], around?: Around) =>
  poller
    .container(around)
    .serve(workspace.workspaceId, idsOf(issueIds), { deadline: workspace.parts.deps.now() + 40_000 });
const create = async (...titles: string[]) => {
  const ids = await poller.create(titles);
  await poller.drain();
  return ids;
};
const one = async () => {
  const [id = ''] = await create('One');
  return id;
};
const passing = async (id: string, runId = 'run-1') => {
  await poller.report(id, { status: 'in_progress', runId });
  await poller.report(id, { status: 'passing', runId, summary: `Done by ${runId}.` });
};
const history = async () => {
  const { items } = await workspace.parts.deps.history.list(workspace.workspaceId, { limit: 50 });
  return items.filter(({ kind }) => kind === 'write_back');
};
const feature = async (id: string) => {
  const row = await workspace.feature(id);
  if (!row) throw new Error('There is no such feature.');
  return row;
};
/** Linear does `what` as long as `struck` says so. */
const failing =
  (failure: LinearError['failure'], isStruck: (what: string) => boolean = () => true): Around =>
  async (to, what, call) => {
    if (to === 'linear' && isStruck(what)) throw new LinearError(failure, {});
    return call();
  };

test('what could not be told while the team was closed to the app is told once, when it is opened again', async () => {
  const id = await one();
  const { teamId } = await workspace.world();
  const { teams } = await workspace.graphql<{ teams: { nodes: { id: string }[] } }>(
    '{ teams { nodes { id } } }',
    {},
  );
  const others = teams.nodes.map((team) => team.id).filter((each) => each !== teamId);
  await workspace.access({ canAccessAllPublicTeams: false, teamIds: others });
  workspace.webhooks();
  await passing(id);
  await poller.drain();
  expect(await feature(id)).toMatchObject({
    withdrawn: 'access_lost',
    failure: 'Linear does not show this issue any more.',
  });
  expect((await feature(id)).dueAt).toBeUndefined();
  const givenUp = (await history()).flatMap(({ errors }) => errors);
  expect(givenUp).toEqual([expect.stringContaining('Linear does not show this issue any more.')]);

  await workspace.access({ canAccessAllPublicTeams: true, teamIds: [] });
  await workspace.sync('full');
  await poller.drain();
  const told = await poller.issue(id);
  expect(told.comments.nodes).toHaveLength(1);
  expect(told.state.type).toBe('completed');
  expect((await feature(id)).failure).toBeUndefined();
});

describe('requests', () => {
  test('a hundred features are told with one read and four mutations, once the states are known', async () => {
    const ids = await create(...Array.from({ length: 100 }, (_, n) => `Feature ${n}`));
    const { serve: warm } = poller.container();
    const told = async (n: number) => {
      for (const id of ids) await passing(id, `run-${n}`);
      const due = idsOf(ids);
      return workspace.requestsOf(() =>
        warm(workspace.workspaceId, due, { deadline: workspace.parts.deps.now() + 40_000 }),
      );
    };
    expect(await told(1), 'with the states of the team').toBe(6);
    expect(await told(2)).toBe(5);
    const issues = await Promise.all(ids.map((id) => poller.issue(id)));
    for (const { state, comments } of issues)
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 2]);
  }, 60_000);

  test('an idle tick is a query for each due index and shard, and no request', async () => {
    await one();
    const { workspaces, now } = workspace.parts.deps;
    for (const id of await workspaces.due(now())) {
      const row = await workspaces.get(id);
      if (row) await workspaces.lookAgain(row, undefined);
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

  test('what is reported is told by the next tick, where every kick was lost', async () => {
    const ids = await create(...Array.from({ length: 40 }, (_, n) => `Feature ${n}`));
    for (const id of ids) await passing(id);
    await poller.container().tick();
    const issues = await Promise.all(ids.map((id) => poller.issue(id)));
    for (const { state, comments } of issues)
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 1]);
  });

  test('the size of a batch is a setting', async () => {
    const ids = await create('One', 'Two', 'Three');
    await poller.set({ writeBackBatch: 1 });
    for (const id of ids) await passing(id);
    expect(await workspace.requestsOf(() => serve(ids))).toBe(5);
  });

  test('a feature that owes more than a request carries gets all of it told, in order', async () => {
    const id = await one();
    for (let n = 0; n < 60; n++) {
      await poller.report(id, { status: 'in_progress', runId: `run-${n}` });
      await poller.report(id, {
        status: 'failing',
        runId: `run-${n}`,
        error: `try ${n}`,
        prUrl: `https://git.example.com/${n}`,
      });
    }
    await serve([id]);
    const { comments, attachments } = await poller.issue(id);
    expect([comments.nodes.length, attachments.nodes.length]).toEqual([60, 50]);
    expect((await feature(id)).dueAt).toBeUndefined();
  });
});

describe('an outage', () => {
  test('pauses the workspace longer each time, across functions, until Linear answers', async () => {
    const id = await one();
    await passing(id);
    const down = failing({ is: 'unavailable' });
    const pauses: number[] = [];
    for (let n = 0; n < 6; n++) {
      expect(await serve([id], down)).toBe('paused');
      const { pausedUntil = '' } = await workspace.parts.row();
      pauses.push((Date.parse(pausedUntil) - workspace.parts.deps.now()) / 60_000);
      workspace.advance(20 * 60_000);
    }
    expect(pauses.map((minutes) => Math.floor(minutes + 0.01))).toEqual(
      [1, 2, 4, 8, 15, 15].map((least) =>
        expect.toSatisfy((got: number) => got >= least && got <= least * 1.25 + 1),
      ),
    );
    expect(await serve([id])).toBe('served');
    expect((await workspace.parts.row()).outages).toBe(0);
    expect((await poller.issue(id)).state.id).toBe(states.Done);
  });

  test('while it lasts nobody asks Linear, and a kick costs no request', async () => {
    const id = await one();
    await passing(id);
    await serve([id], failing({ is: 'unavailable' }));
    expect(await workspace.requestsOf(() => serve([id]))).toBe(0);
  });

  test('that is over for the workspace itself is over for its features', async () => {
    const id = await one();
    await passing(id);
    await serve([id], failing({ is: 'unavailable' }));
    workspace.advance(120_000);
    await workspace.parts.deps.workspaces.askLook(workspace.workspaceId, workspace.parts.deps.now());
    await serve([]);
    expect((await workspace.parts.row()).outages).toBe(0);
  });

  test('is told in history, and so is its end', async () => {
    const id = await one();
    await passing(id);
    await serve([id], failing({ is: 'unavailable' }));
    workspace.advance(120_000);
    await serve([id]);
    const [after, before] = await history();
    expect(before).toMatchObject({ outcome: 'failed', errors: [expect.stringContaining('unavailable')] });
    expect(after).toMatchObject({ outcome: 'done', counts: { written: 1 } });
  });

  test('a rate limit is waited for as long as Linear says, and counts as no outage', async () => {
    const id = await one();
    await passing(id);
    const until = workspace.parts.deps.now() + 300_000;
    expect(await serve([id], failing({ is: 'rate_limited', until }))).toBe('paused');
    const row = await workspace.parts.row();
    expect([Date.parse(row.pausedUntil ?? ''), row.outages]).toEqual([until, 0]);
    workspace.advance(301_000);
    expect(await serve([id])).toBe('served');
  });

  test('a write without an answer keeps its features due for a read a minute later, and nothing is told twice', async () => {
    const id = await one();
    await passing(id);
    await serve([id], async (_, what, call) => {
      const answer = await call();
      if (what === 'mutate') throw new LinearError({ is: 'unavailable' }, {});
      return answer;
    });
    const { dueAt = '' } = await feature(id);
    const inMs = Date.parse(dueAt.split('#')[0] ?? '') - workspace.parts.deps.now();
    expect(inMs).toBeGreaterThan(50_000);
    expect(inMs).toBeLessThanOrEqual(60_000);
    workspace.advance(120_000);
    await serve([id]);
    expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
    expect((await feature(id)).dueAt).toBeUndefined();
  });
});

describe('a workspace that was disconnected', () => {
  test('does what it owed, however late the first look after its reconnecting is', async () => {
    const { workspaces, now } = workspace.parts.deps;
    const id = await one();
    const before = await workspace.parts.row();
    await passing(id);
    await workspaces.disconnect(workspace.workspaceId, undefined, now());
    await serve([id]);
    expect((await feature(id)).dueIn).toContain('parked');

    const { ownerId, settings, linearOrganizationId, linearOrganizationName, appUserId } = before;
    const organization = { linearOrganizationId, linearOrganizationName, linearDefaultTeamId: undefined };
    const tokens = { sealedTokens: 'sealed', tokenExpiresAt: new Date(now() + 86_400_000).toISOString() };
    const sync = newSync('again', 'connect', { now: now() });
    const connected = { id: before.id, ownerId, settings, appUserId, ...organization, ...tokens, sync };
    await workspaces.connect(connected, { asMember: false, now: now() });
    workspace.advance(3_600_000);
    await serve([]);
    await poller.drain();
    expect((await feature(id)).dueIn).toBeUndefined();
    expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
  });
});

describe('a refusal for good', () => {
  test('is recorded on the feature and in history, costs nobody else anything, and is not tried again', async () => {
    const ids = await create(...Array.from({ length: 25 }, (_, n) => `Feature ${n}`));
    const [bad = '', ...others] = ids;
    for (const id of others) await passing(id);
    await poller.report(bad, { status: 'in_progress', runId: 'run-1' });
    await poller.report(bad, { status: 'passing', runId: 'run-1', summary: 'Done.', prUrl: 'no url' });
    await serve(ids);
    const row = await feature(bad);
    expect(row).toMatchObject({ failure: 'Argument Validation Error', owed: {}, status: 'passing' });
    expect(row.dueAt).toBeUndefined();
    expect((await history())[0]).toMatchObject({
      counts: { refused: 1, written: 24 },
      errors: [`${row.issue?.identifier}: Argument Validation Error`],
    });
    for (const id of ids) {
      const { state, comments } = await poller.issue(id);
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 1]);
    }
    expect(await workspace.requestsOf(() => serve(ids))).toBe(0);
  });

  test('of an issue that is gone is found out by reading, and ends', async () => {
    const [bad = '', good = ''] = await create('Bad', 'Good');
    for (const id of [bad, good]) await passing(id);
    await workspace.graphql(
      'mutation($id: String!) { issueDelete(id: $id, permanentlyDelete: true) { success } }',
      { id: bad },
    );
    await serve([bad, good]);
    expect((await poller.issue(good)).comments.nodes).toHaveLength(1);
    await poller.drain();
    const row = await feature(bad);
    expect(row).toMatchObject({ withdrawn: 'gone', owed: {} });
    expect(row.dueAt).toBeUndefined();
  });
});

describe('a state that is gone', () => {
  /** The states as they were: with a completed one, before all others, that is no more. */
  const ghostly = (lies: number): Around => {
    let told = 0;
    return async (_, what, call) => {
      const answer = await call();
      if (what !== 'workflowStates' || told++ >= lies) return answer;
      const { items } = answer as { items: { teamId: string }[] };
      const ghost = { id: crypto.randomUUID(), name: 'Ghost', type: 'completed', position: -1_000 };
      return { items: [...items, ...items.map(({ teamId }) => ({ ...ghost, teamId }))] } as typeof answer;
    };
  };

  test('is forgotten, and the move tried again with what there is now', async () => {
    const ids = await create('One', 'Two');
    for (const id of ids) await passing(id);
    await serve(ids, ghostly(1));
    for (const id of ids) {
      const { state, comments } = await poller.issue(id);
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 1]);
      expect(await feature(id)).toMatchObject({ writtenStateId: states.Done, owed: {} });
      expect((await feature(id)).failure).toBeUndefined();
    }
  });

  test('and is named all the same is a refusal for good; the comment stands', async () => {
    const id = await one();
    await passing(id);
    await serve([id], ghostly(5));
    const { state, comments } = await poller.issue(id);
    expect([state.name, comments.nodes.length]).toEqual(['Backlog', 1]);
    const row = await feature(id);
    expect(row).toMatchObject({ failure: expect.stringContaining('WorkflowState'), owed: {} });
    expect([row.dueAt, row.writtenStateId]).toEqual([undefined, undefined]);
  });
});

describe('a human', () => {
  test.each(['Canceled', 'Duplicate', 'Done'])(
    'who put the issue to %s is left alone, and told all the same',
    async (name) => {
      const id = await one();
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.drain();
      await poller.move(id, states[name]);
      await poller.report(id, { status: 'failing', runId: 'run-1', error: 'It broke.' });
      await serve([id]);
      const { state, comments } = await poller.issue(id);
      expect([state.id, comments.nodes.length]).toEqual([states[name], 1]);
      expect((await history())[0]?.counts).toMatchObject({ superseded: 1 });
      expect((await feature(id)).dueAt).toBeUndefined();
    },
  );

  describe('who moves the issue of a finished feature', () => {
    const finished = async (status: 'passing' | 'failing') => {
      const id = await one();
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.report(id, { status, runId: 'run-1', summary: 'Over.' });
      await poller.drain();
      await settled();
      await poller.receive();
      await poller.drain();
      return id;
    };
    const moved = async (id: string, name: string) => {
      await poller.move(id, states[name]);
      await settled();
      await poller.receive();
      await poller.drain();
      return feature(id);
    };

    test.each([
      ['passing', 'Todo'],
      ['passing', 'Backlog'],
      ['failing', 'Backlog'],
      ['failing', 'Triage'],
    ] as const)('back asks for another go: %s, to %s', async (status, name) => {
      const id = await finished(status);
      const row = await moved(id, name);
      expect(row).toMatchObject({
        status: 'pending',
        claimAt: expect.any(String),
        writtenSeq: row.statusSeq,
      });
      expect((await poller.issue(id)).state.id).toBe(states[name]);
      expect((await history()).some(({ counts }) => counts.reopened === 1)).toBe(true);
      // And it goes round again.
      await passing(id, 'run-2');
      await poller.drain();
      const { state, comments } = await poller.issue(id);
      expect([state.id, comments.nodes.length]).toEqual([states.Done, 2]);
    });

    test('elsewhere asks for nothing', async () => {
      expect((await moved(await finished('passing'), 'In Progress')).status).toBe('passing');
      expect((await moved(await finished('failing'), 'Canceled')).status).toBe('failing');
    });

    test('without webhooks is understood by the reconcile', async () => {
      const id = await finished('passing');
      await poller.move(id, states.Todo);
      await settled();
      workspace.webhooks();
      await workspace.reconcile();
      await poller.drain();
      expect((await feature(id)).status).toBe('pending');
    });

    test('is let be where the setting says so', async () => {
      await poller.set({ reopen: false });
      expect((await moved(await finished('passing'), 'Todo')).status).toBe('passing');
    });

    test('before we told the outcome asks for nothing', async () => {
      const id = await one();
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.drain();
      await poller.report(id, { status: 'failing', runId: 'run-1', error: 'It broke.' });
      await poller.set({ statusMap: { failing: null } });
      expect((await moved(id, 'Todo')).status).toBe('failing');
      // However often it is looked at from then on.
      const { features, now } = workspace.parts.deps;
      await features.askLook(await feature(id), now());
      await poller.drain();
      expect((await feature(id)).status).toBe('failing');
    });
  });
});

describe('our own echo', () => {
  test('of the state we left costs one operation and no look', async () => {
    const id = await one();
    await poller.report(id, { status: 'in_progress', runId: 'run-1' });
    await poller.drain();
    await settled();
    const bodies = workspace.webhooks();
    expect(bodies.length).toBeGreaterThan(0);
    ingestion.operations();
    for (const body of bodies) await workspace.deliver(body);
    expect(ingestion.operations().filter((each) => each.startsWith('UpdateItem'))).toHaveLength(
      bodies.length,
    );
    expect((await feature(id)).dueAt).toBeUndefined();
  });

  test('of a write that was given up for lost and came late has the state put right', async () => {
    const id = await one();
    const late: (() => Promise<unknown>)[] = [];
    await poller.report(id, { status: 'in_progress', runId: 'run-1' });
    await serve([id], async (_, what, call) => {
      if (what !== 'mutate') return call();
      late.push(call);
      throw new LinearError({ is: 'unavailable' }, {});
    });
    workspace.advance(120_000);
    await poller.report(id, { status: 'passing', runId: 'run-1', summary: 'Done.' });
    await poller.drain();
    await settled();
    await poller.receive();
    expect((await poller.issue(id)).state.id).toBe(states.Done);

    for (const call of late) await call();
    await settled();
    expect((await poller.issue(id)).state.id).toBe(states['In Progress']);
    await poller.receive();
    expect((await feature(id)).dueAt, 'due again').toBeDefined();
    await poller.drain();
    expect((await poller.issue(id)).state.id).toBe(states.Done);
    await settled();
    await poller.receive();
    expect((await feature(id)).dueAt).toBeUndefined();
  });

  test('of an earlier write does not make a human ours who goes back to that state', async () => {
    const id = await one();
    await poller.report(id, { status: 'in_progress', runId: 'run-1' });
    await poller.drain();
    await settled();
    await poller.receive();
    await poller.report(id, { status: 'passing', runId: 'run-1', summary: 'Done.' });
    await poller.drain();
    await settled();
    // The echo of this one is lost.
    workspace.webhooks();
    await poller.move(id, states['In Progress']);
    await settled();
    await poller.receive();
    const { features, now } = workspace.parts.deps;
    await features.askLook(await feature(id), now());
    await poller.drain();
    expect((await poller.issue(id)).state.id).toBe(states['In Progress']);
  });

  test('does not take a human for ourselves', async () => {
    const id = await one();
    await passing(id);
    await poller.drain();
    await settled();
    await poller.receive();
    await poller.move(id, states['In Progress']);
    await settled();
    await poller.receive();
    await poller.drain();
    expect((await poller.issue(id)).state.id).toBe(states['In Progress']);
  });
});

describe('kicks', () => {
  const kicked = (ids: readonly string[], sleep?: () => Promise<void>, around?: Around) =>
    poller
      .container(around, async () => {
        workspace.advance(500);
        await sleep?.();
      })
      .serve(workspace.workspaceId, idsOf(ids), {
        deadline: workspace.parts.deps.now() + 40_000,
        stay: true,
      });

  test('who finds another at work leaves, and what it brought is done by the other', async () => {
    const [first = '', second = ''] = await create('One', 'Two');
    await passing(first);
    let met: unknown;
    await kicked([first], undefined, async (_, what, call) => {
      const answer = await call();
      // Just before the lease is given back, when the other has looked for the last time.
      if (what === 'dueLately' && met === undefined) {
        met = 'nobody yet';
      } else if (what === 'dueLately' && met === 'nobody yet') {
        await passing(second);
        met = await serve([second]);
      }
      return answer;
    });
    expect(met).toBe('busy');
    expect((await poller.issue(second)).state.id).toBe(states.Done);
  });

  test('one worker sees to what came within the second after its last find, and asks little for it', async () => {
    const ids = await create(...Array.from({ length: 20 }, (_, n) => `Feature ${n}`));
    const [first = '', ...others] = ids;
    await passing(first);
    const requests = await workspace.requestsOf(() =>
      kicked([first], async () => {
        const next = others.shift();
        if (next) await passing(next);
      }),
    );
    for (const id of ids) expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
    expect(requests).toBeLessThanOrEqual(2 * ids.length + 1);
  }, 30_000);

  test('of a workspace where nothing is left to do it is gone after two empty looks', async () => {
    const id = await one();
    await passing(id);
    let looks = 0;
    await kicked([id], undefined, (_, what, call) => {
      if (what === 'dueLately') looks++;
      return call();
    });
    expect(looks).toBe(2);
  });

  test('one that died holds nobody up for longer than its lease', async () => {
    const id = await one();
    await passing(id);
    await poller.leases.take(`work#${workspace.workspaceId}`, 'dead', 60_000, workspace.parts.deps.now());
    expect(await serve([id])).toBe('busy');
    workspace.advance(61_000);
    expect(await serve([id])).toBe('served');
  });

  test('begins no request after its deadline, and leaves the rest due', async () => {
    const ids = await create(...Array.from({ length: 60 }, (_, n) => `Feature ${n}`));
    for (const id of ids) await passing(id);
    let mutations = 0;
    const container = poller.container(async (_, what, call) => {
      if (what === 'mutate' && ++mutations === 1) workspace.advance(60_000);
      return call();
    });
    await container.serve(workspace.workspaceId, idsOf(ids), {
      deadline: workspace.parts.deps.now() + 40_000,
    });
    expect(mutations).toBe(1);
    const left = (await Promise.all(ids.map(feature))).filter(({ dueAt }) => dueAt !== undefined);
    expect(left).toHaveLength(35);
    await poller.drain();
    for (const id of ids) expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
  }, 30_000);
});

test('a stream of kicks cannot keep a workspace from its own duties', async () => {
  const id = await one();
  await passing(id);
  const { workspaces, now } = workspace.parts.deps;
  await workspaces.askLook(workspace.workspaceId, now());
  await serve([id]);
  const { reconcileAt = '' } = await workspace.parts.row();
  expect(Date.parse(reconcileAt)).toBeGreaterThan(now());
});

test('a sync that is under way does not keep what changes meanwhile waiting', async () => {
  const id = await one();
  await workspace.askSync('full');
  await workspace.graphql(
    'mutation($id: String!) { issueUpdate(id: $id, input: { title: "Told by no webhook" }) { success } }',
    { id },
  );
  workspace.webhooks();
  workspace.pass(6 * 60_000);
  await poller.container().tick();
  expect((await workspace.row()).sync).toBeDefined();
  expect((await feature(id)).issue?.name).toBe('Told by no webhook');
});
