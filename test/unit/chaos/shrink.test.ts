import { describe, expect, test } from 'vitest';
import { type Finding, kindOf } from '../../../chaos/checks/finding.ts';
import { flagsOf, type Options, readOptions } from '../../../chaos/options.ts';
import type { Action } from '../../../chaos/plan/actions.ts';
import { makePlan } from '../../../chaos/plan/plan.ts';
import { shrink } from '../../../chaos/shrink.ts';
import { journalWith } from '../../support/chaos-state.ts';

const { shrink: _, ...options } = readOptions(['--seed', '7', '--minutes', '0.5', '--workspaces', '3'], {});
const plan = makePlan(options);

const finding = (changes: Partial<Finding> = {}): Finding => ({
  check: 'features',
  workspace: 1,
  about: 'issue',
  text: 'exists, though its issue does not qualify',
  ...changes,
});

/** Shrinks the plan with runs that fail if `itTakes` accepts them. Returns the attempts and the printed text. */
const shrunk = async (
  itTakes: (plan: readonly Action[], options: Options) => boolean,
  found: Finding = finding(),
  minutesARun = 0,
) => {
  const tried: { plan: readonly Action[]; options: Options }[] = [];
  let at = 0;
  const text = await shrink(options, plan, [finding({ text: 'is once' }), finding(), finding()], {
    now: () => at,
    say: () => undefined,
    async run(options, plan) {
      tried.push({ plan, options });
      at += minutesARun * 60_000;
      const entries = plan.map((action) => ({
        action,
        startedMs: action.at,
        endedMs: action.at + 5,
        outcome: 'done',
        about: [],
      }));
      const findings = itTakes(plan, options) ? [found] : [];
      return { findings, journal: journalWith({ entries }), report: 'The report.' };
    },
  });
  return { text, tried, lines: text.split('\n') };
};

const has = (plan: readonly Action[], ...wanted: Action[]) =>
  wanted.every(({ at: _, ...rest }) =>
    plan.some(({ at: _, ...other }) => JSON.stringify(other) === JSON.stringify(rest)),
  );
const ofWorkspace1 = plan.filter((action) => 'workspace' in action && action.workspace === 1);
const [edit, attempt] = [
  ofWorkspace1.find((action) => 'issue' in action),
  ofWorkspace1.findLast(({ does }) => does === 'attempt'),
] as [Action, Action];

describe('shrinking a plan that fails', () => {
  test('keeps only the actions that it takes to fail, and prints their results', async () => {
    const { lines, tried } = await shrunk((plan) => has(plan, edit, attempt));
    expect(lines[0]).toMatch(new RegExp(`^2 of ${plan.length} actions are left after ${tried.length} runs`));
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain(`"does":"${edit.does}"`);
    expect(lines[2]).toContain('"does":"attempt"');
    expect(lines[3]).toBe('The report.');
    expect(tried.length).toBeLessThan(40);
  });

  test('leaves out the other workspaces first if the plan still fails without them', async () => {
    const { tried } = await shrunk((plan) => has(plan, edit));
    expect(tried[0]?.options.only).toBe(1);
    expect(
      tried.every(({ plan }) => plan.every((action) => !('workspace' in action) || action.workspace === 1)),
    ).toBe(true);
    const others = await shrunk((plan, { only }) => only === undefined && has(plan, edit));
    expect(others.lines[0]).toMatch(/^1 of/);
  });

  test('makes the plan begin with its first remaining action', async () => {
    const { tried } = await shrunk((plan) => has(plan, attempt));
    expect(tried.at(-1)?.plan[0]?.at).toBe(0);
  });

  test('says so if no shorter plan fails in the same way', async () => {
    const another = await shrunk(() => true, finding({ text: 'is absent, though its issue qualifies' }));
    expect(another.text).toMatch(/^No shorter plan failed in the same way/);
    const none = await shrunk(() => false);
    expect(none.text).toMatch(/^No shorter plan failed in the same way/);
  });

  test('continues after an attempt that throws', async () => {
    const { lines } = await shrunk((plan) => {
      if (!has(plan, edit)) throw new Error('Nothing started.');
      return true;
    });
    expect(lines[0]).toMatch(/^1 of/);
  });

  test('begins no attempt after twenty minutes', async () => {
    const { tried, lines } = await shrunk((plan) => has(plan, edit, attempt), finding(), 3);
    expect(tried).toHaveLength(7);
    expect(lines[0]).toContain('after 7 runs in 21 minutes');
  });
});

test('the flags that a run prints describe the same options', () => {
  const { shrink: _, ...again } = readOptions(flagsOf({ ...options, only: 2 }).split(' '), {});
  expect(again).toEqual({ ...options, only: 2 });
});

describe('findings that differ only in details are of one kind', () => {
  const run = '01M7ZBFWCQ7ZSX06PDVN67YW8A';
  test.each<[Partial<Finding>, string]>([
    [{ text: 'is {"name":"a"} and has to be {"name":"b"}' }, 'features: is …'],
    [
      { check: 'outcomes', text: `Chaos ${run} failing is not in Linear` },
      'outcomes: an outcome is not in Linear',
    ],
    [
      { check: 'outcomes', text: `Chaos ${run} passing is in Linear 3 times` },
      'outcomes: an outcome is in Linear … times',
    ],
    [
      { check: 'holders', text: `was handed to ${run} while ${run} held it until 2026-11-21T15:32:24.629Z` },
      'holders: was handed to … while … held it until …',
    ],
    [
      { check: 'due', text: 'has been due since 2026-11-21T15:32:24.629Z#ab-cd' },
      'due: has been due since …',
    ],
    [
      {
        check: 'outcomes',
        text: `Chaos ${run} failing is on another issue, fdde1d93-ac74-423f-b6d8-0b518ae0641a`,
      },
      'outcomes: an outcome is on another issue, …',
    ],
  ])('%j', (changes, kind) => {
    expect(kindOf(finding(changes))).toBe(kind);
  });
});
