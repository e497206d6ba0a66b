import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  claimed,
  claiming,
  features,
  kicked,
  LEASE_MS,
  named,
  newProject,
  now,
  pass,
  qualify,
  ready,
  releasing,
  report,
  startClaiming,
  stopClaiming,
  stored,
  withdraw,
} from '../../support/claiming.ts';

beforeAll(startClaiming);
afterAll(stopClaiming);
beforeEach(newProject);

describe('a release', () => {
  test('makes the feature pending, due and claimable at once', async () => {
    await ready(named('one'));
    const first = await claimed();
    await features.settle(await stored(first.id), { posted: [] }, now());
    await releasing(first.id, first.runId);
    const row = await stored(first.id);
    expect(row).toMatchObject({ status: 'pending', statusSeq: 2 });
    expect(row.leaseUntil).toBeUndefined();
    expect(row.dueAt).toBeDefined();
    expect(kicked).toEqual([first.id, first.id]);
    expect((await claimed()).runId).not.toBe(first.runId);
  });

  test('is idempotent, even after somebody else claimed', async () => {
    await ready(named('one'));
    const first = await claimed();
    await releasing(first.id, first.runId);
    const before = await stored(first.id);
    await releasing(first.id, first.runId);
    expect(await stored(first.id)).toEqual(before);
    const second = await claimed();
    await releasing(first.id, first.runId);
    expect(await stored(first.id)).toMatchObject({ status: 'in_progress', runId: second.runId });
  });

  test('is refused to other runs, and after an outcome', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    await expect(releasing(id, 'another')).rejects.toThrow(/in_progress/);
    await report(id, runId, 'failing');
    await expect(releasing(id, runId)).rejects.toThrow(/failing/);
  });

  test('does not make a withdrawn feature claimable', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    pass(1_000);
    await withdraw(named('one'));
    await releasing(id, runId);
    pass(1_000);
    await qualify(named('one'));
    expect(await claiming()).toBeUndefined();
  });

  test('is refused with the current row if the row has changed since it was read', async () => {
    await ready(named('stolen'));
    const first = await claimed();
    const before = await stored(first.id);
    pass(LEASE_MS);
    const second = await claimed();
    expect(await features.release(before, 'key', now())).toMatchObject({
      ok: false,
      row: { runId: second.runId },
    });
    expect(await features.extendLease(before, now() + LEASE_MS)).toMatchObject({ ok: false });
    await report(first.id, second.runId, 'passing');

    const plain = await ready(named('plain'));
    await report(plain, 'mine', 'in_progress');
    const running = await stored(plain);
    await report(plain, 'mine', 'passing');
    expect(await features.release(running, 'key', now())).toMatchObject({
      ok: false,
      row: { status: 'passing' },
    });
  });

  test('never lets two runs hold a feature, with many claims, reports and releases at once', async () => {
    await ready(named('one'));
    const runs = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const answer = await claiming();
        if (!answer?.feature.runId) return 'nothing';
        const { id, runId } = answer.feature;
        const ends = [releasing(id, runId), report(id, runId, 'passing')];
        const [released, passed] = (await Promise.allSettled(ends)).map(({ status }) => status);
        return `${released} ${passed}`;
      }),
    );
    const ended = runs.filter((run) => run !== 'nothing');
    expect(ended.length).toBeGreaterThan(0);
    for (const run of ended) expect(['fulfilled rejected', 'rejected fulfilled']).toContain(run);
    expect(runs.filter((run) => run === 'rejected fulfilled').length).toBeLessThanOrEqual(1);
  });
});
