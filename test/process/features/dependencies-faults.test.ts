import { describe, expect } from 'vitest';
import { test as base } from '../../support/in-process/dependencies/dependency-test.ts';
import { settled } from '../../support/in-process/ingestion.ts';
import { mortal } from '../../support/in-process/mortal.ts';

/** A worker that died holds its lease for a minute, and a feature may be read once more soon after. */
const AFTER_DEATH_MS = 95_000;
/** No step takes more than this. */
const MOST_STEPS = 120;

/**
 * `everyDeath`: makes the same thing happen again and again, and lets the process that learns of it die one step later
 * each time, until it lives. Answers at how many steps it died. `tick`: one worker that does what is due.
 */
const test = base
  .extend('tick', ({ poller, workspace }) => async (): Promise<void> => {
    const { features, now } = workspace.parts.deps;
    const due = (await features.due(now())).filter((each) => each.workspaceId === workspace.workspaceId);
    await poller.container().serve(
      workspace.workspaceId,
      due.map(({ id }) => id),
      { deadline: now() + 40_000 },
    );
  })
  .extend('everyDeath', ({ workspace, pass }) => {
    const until = mortal(workspace);
    return async (story: {
      /** Comes before each death, and is no part of it. */
      prepare: () => Promise<void>;
      /** What the process does that dies. */
      act: () => Promise<unknown>;
      /** What others do after it died. */
      after: () => Promise<unknown>;
      check: (step: number) => Promise<void>;
    }): Promise<number> => {
      for (let step = 0; step < MOST_STEPS; step++) {
        await story.prepare();
        const lived = await until(step, story.act);
        await pass(AFTER_DEATH_MS);
        await story.after();
        await story.check(step);
        if (lived) return step;
      }
      throw new Error('It never lived.');
    };
  })
  .extend('pair', async ({ poller }) => {
    const [blocker = '', blocked = ''] = await poller.ready(2);
    return { blocker, blocked };
  });

const HELD = { blockedIn: expect.any(String), blockers: [expect.objectContaining({ state: 'open' })] };

describe('whichever step of a process is its last', () => {
  test('a feature becomes blocked', async ({
    poller,
    workspace,
    pair,
    relate,
    unrelate,
    learn,
    pass,
    tick,
    everyDeath,
  }) => {
    let relation = '';
    const { workspaces, now } = workspace.parts.deps;
    const reconcile = async () => {
      await workspaces.makeDue(workspace.workspaceId, now());
      await tick();
      await tick();
    };
    const deaths = await everyDeath({
      prepare: async () => {
        if (relation) await unrelate(relation);
        await learn.byReconcile();
        expect((await poller.feature(pair.blocked)).claimAt, 'ready').toBeDefined();
        relation = await relate(pair.blocker, pair.blocked);
        await pass(6 * 60_000);
      },
      act: reconcile,
      after: async () => {
        await pass(6 * 60_000);
        await reconcile();
      },
      check: async (step) => {
        const row = await poller.feature(pair.blocked);
        expect(row, `died at step ${step}`).toMatchObject(HELD);
        expect(row.claimAt, `died at step ${step}`).toBeUndefined();
      },
    });
    expect(deaths).toBeGreaterThan(15);
  });

  test('a feature whose blocker is done becomes ready, without a reconcile', async ({
    poller,
    workspace,
    states,
    pair,
    relate,
    learn,
    pass,
    tick,
    everyDeath,
  }) => {
    const { workspaces } = workspace.parts.deps;
    await relate(pair.blocker, pair.blocked);
    await learn.byReconcile();
    // The function that takes webhooks may not know yet that the issue is awaited.
    await pass(2 * 60_000);
    const deliver = async () => {
      for (const body of bodies) await workspace.deliver(body);
      await tick();
      await tick();
    };
    let bodies = workspace.webhooks();
    const deaths = await everyDeath({
      prepare: async () => {
        await poller.move(pair.blocker, states.Todo);
        await learn.byWebhooks();
        await learn.byWebhooks();
        expect((await poller.feature(pair.blocked)).claimAt, 'blocked').toBeUndefined();
        await poller.move(pair.blocker, states.Done);
        await settled();
        bodies = workspace.webhooks();
        await workspaces.setDue(await workspace.row(), undefined);
      },
      act: deliver,
      // Linear sends again what was not answered.
      after: deliver,
      check: async (step) => {
        const row = await poller.feature(pair.blocked);
        expect(row.claimAt, `died at step ${step}`).toBeDefined();
        expect(row.blockers, `died at step ${step}`).toMatchObject([{ state: 'done' }]);
      },
    });
    expect(deaths).toBeGreaterThan(10);
  });

  test('a feature whose relation is deleted becomes ready at the next reconcile', async ({
    poller,
    workspace,
    pair,
    relate,
    unrelate,
    learn,
    pass,
    tick,
    everyDeath,
  }) => {
    let relation = '';
    const { workspaces, now } = workspace.parts.deps;
    const reconcile = async () => {
      await workspaces.makeDue(workspace.workspaceId, now());
      await tick();
      await tick();
    };
    const deaths = await everyDeath({
      prepare: async () => {
        relation = await relate(pair.blocker, pair.blocked);
        await learn.byReconcile();
        expect((await poller.feature(pair.blocked)).claimAt, 'blocked').toBeUndefined();
        await unrelate(relation);
        await pass(6 * 60_000);
      },
      act: reconcile,
      after: async () => {
        await pass(6 * 60_000);
        await reconcile();
      },
      check: async (step) => {
        const row = await poller.feature(pair.blocked);
        expect(row.claimAt, `died at step ${step}`).toBeDefined();
        expect(row.blockedIn, `died at step ${step}`).toBeUndefined();
      },
    });
    expect(deaths).toBeGreaterThan(10);
  });
});
