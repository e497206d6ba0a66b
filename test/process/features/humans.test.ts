import { describe, expect } from 'vitest';
import { derivedId } from '../../../shared/domain/ids.ts';
import { tamper } from '../../../testing/tables.ts';
import { settled } from '../../support/in-process/ingestion.ts';
import { test as base } from '../../support/in-process/poller-test.ts';

/** `finished`: an issue whose outcome Linear was told. `moved`: its feature, after a human moved it. */
const test = base
  .extend('finished', ({ poller }) => async (status: 'passing' | 'failing') => {
    const id = await poller.one();
    await poller.report(id, { status: 'in_progress', runId: 'run-1' });
    await poller.report(id, { status, runId: 'run-1', summary: 'Over.' });
    await poller.drain();
    await settled();
    await poller.receive();
    await poller.drain();
    return id;
  })
  .extend('moved', ({ poller, states }) => async (id: string, state: string) => {
    await poller.move(id, states[state]);
    await settled();
    await poller.receive();
    await poller.drain();
    return poller.feature(id);
  });

describe('a human', () => {
  test('who puts the label back while two workers process the feature is noticed, whichever worker settles first', async ({
    poller,
    workspace,
  }) => {
    const id = await poller.one();
    const { labels } = await workspace.world();
    const label = (mutation: string) =>
      workspace.graphql(
        `mutation($id: String!, $label: String!) { ${mutation}(id: $id, labelId: $label) { success } }`,
        { id, label: labels.omakase },
      );
    await label('issueRemoveLabel');
    await settled();
    await poller.receive();

    const seen = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const early = poller.serve([id], async (to, what, call) => {
      const result = await call();
      if (to === 'linear' && what === 'issuesAndComments') {
        seen.resolve();
        await goOn.promise;
      }
      return result;
    });
    await seen.promise;
    await label('issueAddLabel');
    await settled();
    workspace.webhooks();
    // The lease of the first look is over; the second reads, then the first ends, then the second writes.
    workspace.advance(61_000);
    await poller.serve([id], async (to, what, call) => {
      const result = await call();
      if (to === 'linear' && what === 'issuesAndComments') {
        goOn.resolve();
        await early;
      }
      return result;
    });
    await poller.drain();
    expect(await poller.feature(id)).toMatchObject({ status: 'pending', claimAt: expect.any(String) });
  });

  test.for(['Canceled', 'Duplicate', 'Done'])(
    'who moved the issue to %s is not overruled, and the comment is still posted',
    async (name, { poller, states }) => {
      const id = await poller.one();
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.drain();
      await poller.move(id, states[name]);
      await poller.report(id, { status: 'failing', runId: 'run-1', error: 'It broke.' });
      await poller.serve([id]);
      const { state, comments } = await poller.issue(id);
      expect([state.id, comments.nodes.length]).toEqual([states[name], 1]);
      expect((await poller.history())[0]?.counts).toMatchObject({ superseded: 1 });
      expect((await poller.feature(id)).dueAt).toBeUndefined();
    },
  );

  test.for(['the label', 'the project'])(
    'who removes %s from an issue and moves it to another team still sees the state and the comment arrive',
    async (what, { poller, workspace }) => {
      const id = await poller.one();
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.drain();
      const team = await poller.otherTeam();
      await poller.edit(id, what === 'the label' ? { labelIds: [] } : { projectId: null });
      await settled();
      await poller.receive();
      await poller.edit(id, { teamId: team.id });
      await settled();
      await poller.receive();
      await poller.report(id, { status: 'passing', runId: 'run-1', summary: 'Built.' });
      await poller.drain();
      const { state, comments } = await poller.issue(id);
      expect([state.id, comments.nodes.length]).toEqual([team.states.Done, 1]);
      const row = await workspace.feature(id);
      expect([row?.withdrawn !== undefined, row?.failure, row?.owed]).toEqual([true, undefined, {}]);
    },
  );

  test('who moves the issue to another team between our read and our write sees the state arrive there', async ({
    poller,
  }) => {
    const id = await poller.one();
    const team = await poller.otherTeam();
    await poller.passing(id);
    let mutations = 0;
    await poller.serve([id], async (_, what, call) => {
      if (what === 'mutate' && ++mutations === 1) await poller.edit(id, { teamId: team.id });
      return call();
    });
    expect((await poller.issue(id)).state.id).toBe(team.states.Done);
    expect(await poller.feature(id)).toMatchObject({ owed: {}, writtenStateId: team.states.Done });
    expect((await poller.feature(id)).failure).toBeUndefined();
  });

  test('does not wait forever for a feature that is not due, because every read of its issue makes it due', async ({
    poller,
    workspace,
  }) => {
    const id = await poller.one();
    const { db } = workspace.parts;
    await tamper(db, 'features', { id: derivedId('feature', id) }, { remove: ['claimAt', 'dueIn', 'dueAt'] });
    await workspace.sync('full');
    await poller.drain();
    expect((await poller.feature(id)).claimAt).toBeDefined();
  });

  describe('who moves the issue of a finished feature', () => {
    test.for([
      ['passing', 'Todo'],
      ['passing', 'Backlog'],
      ['failing', 'Backlog'],
      ['failing', 'Triage'],
    ] as const)(
      'back asks for another run (%s, to %s)',
      async ([status, name], { poller, states, finished, moved }) => {
        const id = await finished(status);
        const row = await moved(id, name);
        expect(row).toMatchObject({
          status: 'pending',
          claimAt: expect.any(String),
          writtenSeq: row.statusSeq,
        });
        expect((await poller.issue(id)).state.id).toBe(states[name]);
        expect((await poller.history()).some(({ counts }) => counts.reopened === 1)).toBe(true);
        // And it goes round again.
        await poller.passing(id, 'run-2');
        await poller.drain();
        const { state, comments } = await poller.issue(id);
        expect([state.id, comments.nodes.length]).toEqual([states.Done, 2]);
      },
    );

    test('out of Done and back there is not overruled by a late report', async ({
      poller,
      states,
      finished,
      moved,
    }) => {
      const id = await finished('passing');
      await moved(id, 'In Progress');
      await moved(id, 'Done');
      for (const report of [
        { status: 'in_progress', runId: 'run-2' },
        { status: 'failing', runId: 'run-2', error: 'It broke.' },
      ] as const) {
        await poller.report(id, report);
        await poller.drain();
        expect((await poller.issue(id)).state.id).toBe(states.Done);
      }
      expect((await poller.history())[0]?.counts).toMatchObject({ superseded: 1 });
    });

    test('away and back to where we left it asks for another run', async ({ poller, moved }) => {
      await poller.set({ statusMap: { failing: null } });
      const id = await poller.one();
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.drain();
      await moved(id, 'Todo');
      await poller.report(id, { status: 'failing', runId: 'run-1', error: 'It broke.' });
      await poller.drain();
      expect((await moved(id, 'In Progress')).status).toBe('failing');
      expect((await moved(id, 'Todo')).status).toBe('pending');
    });

    test('to another team, where it lands in Backlog, asks for nothing', async ({
      poller,
      workspace,
      finished,
    }) => {
      const team = await poller.otherTeam();
      const id = await finished('passing');
      for (const isTold of [true, false]) {
        const { teamId } = await workspace.world();
        const states = isTold ? team.states : await poller.states();
        await poller.edit(id, { teamId: isTold ? team.id : teamId, stateId: states.Backlog });
        await settled();
        if (isTold) await poller.receive();
        else workspace.webhooks();
        await workspace.reconcile();
        await poller.drain();
        const row = await poller.feature(id);
        expect([row.status, row.withdrawn, row.issue?.state.name]).toEqual(['passing', undefined, 'Backlog']);
      }
    });

    test('elsewhere asks for nothing', async ({ finished, moved }) => {
      expect((await moved(await finished('passing'), 'In Progress')).status).toBe('passing');
      expect((await moved(await finished('failing'), 'Canceled')).status).toBe('failing');
    });

    test('is noticed by the reconcile if no webhook arrives', async ({
      poller,
      workspace,
      states,
      finished,
    }) => {
      const id = await finished('passing');
      await poller.move(id, states.Todo);
      await settled();
      workspace.webhooks();
      await workspace.reconcile();
      await poller.drain();
      expect((await poller.feature(id)).status).toBe('pending');
    });

    test('asks for nothing if the setting forbids it', async ({ poller, finished, moved }) => {
      await poller.set({ reopen: false });
      expect((await moved(await finished('passing'), 'Todo')).status).toBe('passing');
    });

    test('before we wrote the outcome back asks for nothing', async ({ poller, workspace, moved }) => {
      const id = await poller.one();
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.drain();
      await poller.report(id, { status: 'failing', runId: 'run-1', error: 'It broke.' });
      await poller.set({ statusMap: { failing: null } });
      expect((await moved(id, 'Todo')).status).toBe('failing');
      // However often it is looked at from then on.
      const { features, now } = workspace.parts.deps;
      await features.makeDue(await poller.feature(id), now());
      await poller.drain();
      expect((await poller.feature(id)).status).toBe('failing');
    });
  });
});
