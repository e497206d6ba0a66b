import { expect, test } from 'vitest';
import type { Options } from '../../../chaos/options.ts';
import { makePlan } from '../../../chaos/plan/plan.ts';
import { runPlan } from '../../../chaos/run.ts';

/** A short stretch of `npm run chaos`, the same each time. */
const short: Options = {
  seed: 1,
  seconds: 12,
  workspaces: 2,
  projects: 6,
  issues: 40,
  edits: 10,
  attempts: 8,
  only: undefined,
};

test('after any temporary faults everything converges to the right state', async () => {
  const { findings, journal, report } = await runPlan(short, makePlan(short));
  expect(findings, report).toEqual([]);
  // Otherwise nothing was tried.
  expect(journal.reports.filter(({ acceptedAt }) => acceptedAt).length).toBeGreaterThan(3);
  const outcomes = journal.entries.map(({ action, outcome }) => `${action.does} ${outcome}`);
  for (const happened of [
    /^relate done/,
    /^kill killed/,
    /^engine restarted/,
    /^dynamodb [1-9]\d* operations failed/,
    /^reconnect connected/,
  ])
    expect(outcomes.some((outcome) => happened.test(outcome))).toBe(true);
}, 120_000);
