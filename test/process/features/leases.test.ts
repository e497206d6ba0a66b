import { describe, expect } from 'vitest';
import { FORGOTTEN_AFTER_MS } from '../../../shared/domain/mirror/sync.ts';
import { linearApi } from '../../../shared/linear/api.ts';
import { release } from '../../../shared/use-cases/features/release.ts';
import { archiveProject } from '../../../shared/use-cases/mirror/archive-project.ts';
import { settled } from '../../support/in-process/ingestion.ts';
import { test as base } from '../../support/in-process/poller-test.ts';

const LEASE_MS = 15 * 60_000;
const GRACE_MS = 5 * 60_000;
const LAPSED =
  /^The claim on this work ran out at \d{4}-\d\d-\d\d \d\d:\d\d UTC without a result\. The work can/;

/** `lease`: what the tests do with the lease of an issue's feature. */
const test = base.extend('lease', ({ workspace, poller }) => {
  const { features, projects, now } = workspace.parts.deps;
  const lease = {
    /** A run claims the feature. */
    claimFor: async (issueId: string, runId: string) => {
      const { id, claimIn = '', claimAt = '' } = await poller.feature(issueId);
      expect(claimAt <= new Date(now()).toISOString(), 'claimable').toBe(true);
      const until = now() + LEASE_MS;
      const { workspaceId } = workspace;
      expect(await features.claim({ id, claimIn, claimAt }, { workspaceId, runId, until, now: now() })).toBe(
        true,
      );
    },
    /** Serves the feature twice, as far as it is due. */
    serveTwice: async (id: string) => {
      await poller.serve([id]);
      await poller.serve([id]);
    },
    /** Issues whose features were claimed just now, as Linear shows already. */
    claimedAll: async (count: number) => {
      const ids = await poller.ready(count);
      for (const id of ids) {
        await lease.claimFor(id, 'run-1');
        await lease.serveTwice(id);
      }
      return ids;
    },
    claimed: async () => (await lease.claimedAll(1))[0] ?? '',
    /** Lets the time of a lease pass, and the grace after it. */
    lapse: () => workspace.advance(LEASE_MS + GRACE_MS + 1_000),
    /** The comments about an expired lease. */
    lapses: async (id: string) => {
      const { comments } = await poller.issue(id);
      return comments.nodes.map(({ body }) => body).filter((body) => LAPSED.test(body));
    },
    /** Archives the issue's project, or makes it active again. Returns the project's id. */
    archive: async (id: string, status: 'active' | 'archived') => {
      const project = await projects.get((await poller.feature(id)).projectId ?? '');
      if (!project) throw new Error('There is no project.');
      await archiveProject(workspace.parts.deps)(project, status);
      return project.id;
    },
  };
  return lease;
});

describe('an expired lease', () => {
  test('is reported to Linear once, in one line, five minutes later', async ({
    lease,
    workspace,
    poller,
  }) => {
    const id = await lease.claimed();
    const { leaseUntil = '' } = await poller.feature(id);
    workspace.advance(LEASE_MS + GRACE_MS - 1_000);
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toEqual([]);
    workspace.advance(2_000);
    await lease.serveTwice(id);
    expect((await poller.issue(id)).comments.nodes.map(({ body }) => body)).toEqual([
      `The claim on this work ran out at ${leaseUntil.slice(0, 16).replace('T', ' ')} UTC without a result. The work can be taken again.`,
    ]);
    expect(await poller.feature(id)).toMatchObject({ status: 'in_progress', owed: {}, lapsedRunId: 'run-1' });
    expect((await poller.feature(id)).dueAt).toBeUndefined();
    await workspace.parts.deps.features.makeDue(await poller.feature(id), workspace.parts.deps.now());
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toHaveLength(1);
  });

  test('is reported once even if a worker dies at any of its writes or requests', async ({
    lease,
    workspace,
    poller,
  }) => {
    const id = await lease.claimed();
    lease.lapse();
    for (const dies of ['noteLapse', 'mutate', 'settle']) {
      await poller
        .serve([id], async (_, what, call) => {
          const answer = await call();
          if (what === dies) throw new Error('It died.');
          return answer;
        })
        .catch(() => {});
      workspace.advance(120_000);
    }
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toHaveLength(1);
    expect((await poller.feature(id)).owed).toEqual({});
  });

  test('is reported for the next run too', async ({ lease }) => {
    const id = await lease.claimed();
    lease.lapse();
    await lease.serveTwice(id);
    await lease.claimFor(id, 'run-2');
    await lease.serveTwice(id);
    lease.lapse();
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toHaveLength(2);
  });

  test('does not end the run, whose report still counts and is posted after it', async ({
    lease,
    poller,
    states,
  }) => {
    const id = await lease.claimed();
    lease.lapse();
    await lease.serveTwice(id);
    await poller.report(id, { status: 'passing', runId: 'run-1', summary: 'Late.' });
    await lease.serveTwice(id);
    const { state, comments } = await poller.issue(id);
    expect(state.id).toBe(states.Done);
    expect(comments.nodes.map(({ body }) => body).sort()).toEqual([
      expect.stringContaining('**Done.**'),
      expect.stringMatching(LAPSED),
    ]);
  });

  test('is reported only at its new end if it was extended', async ({ lease, workspace, poller }) => {
    const id = await lease.claimed();
    workspace.advance(LEASE_MS - 1_000);
    await workspace.parts.deps.features.extendLease(
      await poller.feature(id),
      workspace.parts.deps.now() + LEASE_MS,
    );
    workspace.advance(GRACE_MS + 2_000);
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toEqual([]);
    workspace.advance(LEASE_MS);
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toHaveLength(1);
    expect((await poller.feature(id)).lapsedRunId).toBe('run-1');
  });

  test('is reported even if the worker was away for longer than the lease', async ({
    lease,
    poller,
    states,
  }) => {
    const id = await poller.one();
    await lease.claimFor(id, 'run-1');
    lease.lapse();
    for (let n = 0; n < 3; n++) await lease.serveTwice(id);
    expect((await poller.issue(id)).state.id).toBe(states['In Progress']);
    expect(await lease.lapses(id)).toHaveLength(1);
  });

  test('is not reported after a new claim, and its owed comment is dropped', async ({
    lease,
    workspace,
    poller,
  }) => {
    const id = await lease.claimed();
    lease.lapse();
    const { features, now } = workspace.parts.deps;
    expect(await features.noteLapse(await poller.feature(id), now())).toBe(true);
    await lease.claimFor(id, 'run-2');
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toEqual([]);
    expect(await poller.feature(id)).toMatchObject({ runId: 'run-2', owed: {} });
  });

  test('is not noted if the row was claimed, extended or settled since it was read', async ({
    lease,
    workspace,
    poller,
  }) => {
    const id = await lease.claimed();
    const { features, now } = workspace.parts.deps;
    const read = await poller.feature(id);
    await features.extendLease(read, now() + 1_000);
    expect(await features.noteLapse(read, now())).toBe(false);
    workspace.advance(2_000);
    const extended = await poller.feature(id);
    await lease.claimFor(id, 'run-2');
    expect(await features.noteLapse(extended, now())).toBe(false);
    expect((await poller.feature(id)).owed).toEqual({});
  });

  test("is not reported after a report, a release, or a human's end of the issue", async ({
    lease,
    workspace,
    poller,
    states,
  }) => {
    const ids = await lease.claimedAll(3);
    const [reported = '', released = '', ended = ''] = ids;
    const { features, now } = workspace.parts.deps;
    await poller.report(reported, { status: 'passing', runId: 'run-1' });
    await release({ features, startWork: async () => {}, now })(await poller.feature(released), 'run-1');
    for (const id of [reported, released]) await lease.serveTwice(id);
    expect((await poller.feature(reported)).dueAt).toBeUndefined();
    await poller.move(ended, states.Done);
    await settled();
    await poller.receive();
    lease.lapse();
    for (const id of ids) {
      await lease.serveTwice(id);
      await lease.serveTwice(id);
      expect(await lease.lapses(id)).toEqual([]);
      expect((await poller.feature(id)).dueAt).toBeUndefined();
    }
  });

  test('is not reported while the feature is withdrawn, and is once it qualifies again', async ({
    lease,
    workspace,
    poller,
  }) => {
    const id = await lease.claimed();
    const { labels } = await workspace.world();
    const relabel = async (mutation: string) => {
      await workspace.graphql(
        `mutation($id: String!, $label: String!) { ${mutation}(id: $id, labelId: $label) { success } }`,
        { id, label: labels.omakase },
      );
      await settled();
      await poller.receive();
    };
    await relabel('issueRemoveLabel');
    lease.lapse();
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toEqual([]);
    await relabel('issueAddLabel');
    await lease.serveTwice(id);
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toHaveLength(1);
  });

  test('is not reported if the setting forbids it', async ({ lease, poller }) => {
    const id = await lease.claimed();
    await poller.set({ leaseExpiredComment: false });
    lease.lapse();
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toEqual([]);
    expect((await poller.feature(id)).dueAt).toBeUndefined();
  });

  test('is not reported in a closed project, and is once the project is active again', async ({
    lease,
    workspace,
    poller,
  }) => {
    const id = await lease.claimed();
    await lease.archive(id, 'archived');
    lease.lapse();
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toEqual([]);
    expect((await poller.feature(id)).dueAt).toBeUndefined();
    const projectId = await lease.archive(id, 'active');
    workspace.advance(FORGOTTEN_AFTER_MS);
    await workspace.runSync(projectId);
    await lease.serveTwice(id);
    await lease.serveTwice(id);
    expect(await lease.lapses(id)).toHaveLength(1);
  });

  test('does not delay the correction of a late write of ours', async ({
    lease,
    workspace,
    poller,
    states,
  }) => {
    const id = await lease.claimed();
    await settled();
    await poller.receive();
    // Linear now carries out a write of ours that got no answer.
    const { client, accessToken, deps } = workspace.parts;
    const app = linearApi(client, { accessToken, now: deps.now });
    await app.mutate([{ kind: 'issueUpdate', issueId: id, stateId: states.Done ?? '' }]);
    await settled();
    await poller.receive();
    await lease.serveTwice(id);
    expect((await poller.issue(id)).state.id).toBe(states['In Progress']);
  });
});

describe('after the workspace changed to push,', () => {
  test('a feature whose lease expires is taken back and announced, unless the lease is extended', async ({
    lease,
    workspace,
    poller,
  }) => {
    const { workspaces, features, now } = workspace.parts.deps;
    // Without the comment, nothing makes the features due.
    await poller.set({ leaseExpiredComment: false });
    const [id = '', extended = ''] = await lease.claimedAll(2);
    await settled();
    await poller.receive();
    for (const each of [id, extended]) expect((await poller.feature(each)).dueAt).toBeUndefined();
    await poller.set({ dispatch: 'push' });
    await workspaces.makeDue(workspace.workspaceId, now());
    await poller.container().serve(workspace.workspaceId, [], { deadline: now() + 40_000 });
    for (const each of [id, extended]) {
      await lease.serveTwice(each);
      const { status, dueAt, leaseUntil = '' } = await poller.feature(each);
      expect([status, Date.parse(dueAt?.slice(0, 24) ?? '')]).toEqual([
        'in_progress',
        Date.parse(leaseUntil) + GRACE_MS,
      ]);
    }
    lease.lapse();
    await lease.serveTwice(id);
    const row = await poller.feature(id);
    expect(row).toMatchObject({ status: 'pending', readyAt: expect.any(String) });
    expect([row.leaseUntil, row.claimAt]).toEqual([undefined, undefined]);
    expect(poller.announced.map(({ feature }) => feature.id)).toContain(row.id);
    expect(await lease.lapses(id)).toEqual([]);

    await poller.serve([extended], async (_, what, call) => {
      if (what === 'settle') await features.extendLease(await poller.feature(extended), now() + LEASE_MS);
      return call();
    });
    expect(await poller.feature(extended)).toMatchObject({ status: 'in_progress', runId: 'run-1' });
    lease.lapse();
    await lease.serveTwice(extended);
    await lease.serveTwice(extended);
    expect(await poller.feature(extended)).toMatchObject({ status: 'pending' });
  });
});
