import { describe, expect } from 'vitest';
import { LinearError } from '../../../shared/linear/errors.ts';
import { settled } from '../../support/in-process/ingestion.ts';
import { test } from '../../support/in-process/poller-test.ts';

describe('the webhook of our own write', () => {
  test('costs one operation and makes nothing due if it shows the state we left', async ({
    poller,
    workspace,
    ingestion,
  }) => {
    const id = await poller.one();
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
    expect((await poller.feature(id)).dueAt).toBeUndefined();
  });

  test('makes the feature due if a write that we gave up on was applied late, so that the state is corrected', async ({
    poller,
    workspace,
    states,
  }) => {
    const id = await poller.one();
    const late: (() => Promise<unknown>)[] = [];
    await poller.report(id, { status: 'in_progress', runId: 'run-1' });
    await poller.serve([id], async (_, what, call) => {
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
    expect((await poller.feature(id)).dueAt, 'due again').toBeDefined();
    await poller.drain();
    expect((await poller.issue(id)).state.id).toBe(states.Done);
    await settled();
    await poller.receive();
    expect((await poller.feature(id)).dueAt).toBeUndefined();
  });

  test("does not make a human's later move to the same state count as ours", async ({
    poller,
    workspace,
    states,
  }) => {
    const id = await poller.one();
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
    await features.makeDue(await poller.feature(id), now());
    await poller.drain();
    expect((await poller.issue(id)).state.id).toBe(states['In Progress']);
  });

  test("does not hide a human's move", async ({ poller, states }) => {
    const id = await poller.one();
    await poller.passing(id);
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
