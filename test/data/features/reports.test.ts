import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportStatus } from '../../../shared/use-cases/features/report-status.ts';
import {
  features,
  named,
  newProject,
  now,
  ready,
  report,
  startClaiming,
  startWork,
  stopClaiming,
  stored,
} from '../../support/claiming.ts';

beforeAll(startClaiming);
afterAll(stopClaiming);
beforeEach(newProject);

describe('a feature that is reported on again and again', () => {
  const long = '€'.repeat(20_000);
  const attempt = async (id: string, runId: string, texts: object) => {
    await report(id, runId, 'in_progress');
    await report(id, runId, 'failing', texts);
  };

  test('keeps every accepted outcome in full while Linear is down', async () => {
    const id = await ready(named('one'));
    const texts = { error: long, summary: long, testResults: long };
    for (let run = 0; run < 60; run++) await attempt(id, `run-${run}`, texts);
    const owed = Object.values((await stored(id)).owed).sort((one, other) => one.seq - other.seq);
    expect(owed.map(({ runId }) => runId)).toEqual(Array.from({ length: 60 }, (_, run) => `run-${run}`));
    for (const outcome of owed) expect(outcome).toMatchObject(texts);
  }, 120_000);

  test('refuses outcomes that do not fit beside the largest description, and keeps all accepted ones', async () => {
    const description = randomBytes(290_000).toString('base64');
    const id = await ready(named('one'), { description });
    const error = () => randomBytes(7_500).toString('base64');
    const accepted: string[] = [];
    const all = async () => {
      for (let run = 0; run < 100; run++) {
        const text = error();
        await attempt(id, `run-${run}`, { error: text });
        accepted.push(text);
      }
    };
    await expect(all()).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(/\d+ outcomes .* still to be written to Linear, .* 90000 bytes/),
    });
    const { owed, status } = await stored(id);
    expect(
      Object.values(owed)
        .map((each) => each.status !== 'lapsed' && each.error)
        .sort(),
    ).toEqual(accepted.sort());
    expect(accepted.length).toBeGreaterThan(5);
    expect(status, 'the refused attempt is still in progress').toBe('in_progress');
  }, 120_000);

  test('refuses texts that no row could hold, and names the limit', async () => {
    const id = await ready(named('one'));
    const error = randomBytes(100_000).toString('base64');
    await expect(attempt(id, 'run', { error })).rejects.toMatchObject({
      kind: 'too_large',
      message: expect.stringContaining('90000 bytes'),
    });
    expect((await stored(id)).owed).toEqual({});
  });

  test('accepts a report again that failed because the key for comment ids could not be read', async () => {
    const id = await ready(named('one'));
    await report(id, 'run', 'in_progress');
    const before = await stored(id);
    const unreadable = async () => Promise.reject(new Error('Secrets Manager is away.'));
    const passing = { status: 'passing', runId: 'run', summary: 'Built.' } as const;
    await expect(
      reportStatus({ features, commentKey: unreadable, startWork, now })(before, passing, now()),
    ).rejects.toThrow('Secrets Manager is away.');
    expect(await stored(id)).toEqual(before);
    await report(id, 'run', 'passing');
    expect(Object.keys((await stored(id)).owed)).toHaveLength(1);
  });

  test('recognises recent repeats without growing forever', async () => {
    const id = await ready(named('one'));
    const run = (number: number) => `${'r'.repeat(190)}-${number}`;
    for (let number = 0; number < 60; number++) await attempt(id, run(number), {});
    const before = await stored(id);
    expect(before.reports.size).toBeLessThanOrEqual(101);
    await report(id, run(59), 'in_progress');
    expect(await stored(id)).toEqual(before);
  });
});
