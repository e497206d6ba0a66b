import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../shared/domain/features/feature.ts';
import { planState } from '../../../shared/domain/features/write-back.ts';

const states = [
  { id: 'backlog', name: 'Backlog', type: 'backlog', position: 0 },
  { id: 'review', name: 'In Review', type: 'started', position: 3 },
  { id: 'progress', name: 'In Progress', type: 'started', position: 2 },
  { id: 'released', name: 'Released', type: 'completed', position: 6 },
  { id: 'done', name: 'Done', type: 'completed', position: 5 },
  { id: 'canceled', name: 'Canceled', type: 'canceled', position: 7 },
];
const at = (id: string) => states.find((state) => state.id === id) ?? { id, type: 'started' };
const situation = (
  status: Outcome['status'] | 'in_progress' | 'pending',
  state: string,
  writtenStateId?: string,
) => ({
  status,
  state: at(state),
  writtenStateId,
  states,
});

describe('planState', () => {
  test('in_progress goes to the first started state by position, not by name or order of arrival', () => {
    expect(planState(situation('in_progress', 'backlog')).moveTo).toBe('progress');
  });

  test('in_progress leaves an issue in any started state', () => {
    expect(planState(situation('in_progress', 'review'))).toEqual({ superseded: false });
  });

  test('passing goes to the first completed state by position', () => {
    expect(planState(situation('passing', 'progress')).moveTo).toBe('done');
  });

  test('failing goes to the review state if there is one, and nowhere otherwise', () => {
    expect(planState(situation('failing', 'progress')).moveTo).toBe('review');
    const without = {
      ...situation('failing', 'progress'),
      states: states.filter(({ id }) => id !== 'review'),
    };
    expect(planState(without)).toEqual({ superseded: false });
  });

  test.each([
    [['Preview', 'In Progress'], undefined],
    [['Reviewed', 'Übereview'], undefined],
    [['Preview', 'Review'], 'Review'],
    [['Design review', 'In Review'], 'In Review'],
    [['QA', 'Security Review'], 'Security Review'],
    [['code review', 'Review (external)'], 'code review'],
    [['Peer-review', 'Review'], 'Review'],
  ])('failing goes to the review column of %j: %s', (names, review) => {
    const started = names.map((name, position) => ({ id: name, name, type: 'started', position }));
    const plan = planState({
      ...situation('failing', 'progress'),
      states: [...started, ...states.slice(0, 1)],
    });
    expect(plan.moveTo).toBe(review);
  });

  test('pending moves nothing', () => {
    expect(planState(situation('pending', 'review')).moveTo).toBeUndefined();
  });

  test('pending reopens an issue that we ended ourselves, because work waits in open issues', () => {
    expect(planState(situation('pending', 'done', 'done')).moveTo).toBe('review');
    const without = {
      ...situation('pending', 'done', 'done'),
      states: states.filter(({ id }) => id !== 'review'),
    };
    expect(planState(without).moveTo).toBe('progress');
    expect(planState(situation('pending', 'canceled', 'done'))).toEqual({ superseded: false });
  });

  test.each(['canceled', 'released'])('an issue that somebody else moved to %s stays there', (state) => {
    expect(planState(situation('in_progress', state))).toEqual({ superseded: true });
  });

  test('an issue that we completed ourselves is started again for a new run', () => {
    expect(planState(situation('in_progress', 'done', 'done')).moveTo).toBe('progress');
  });

  test('an issue that is in the wanted state stays there and counts as ours', () => {
    expect(planState(situation('passing', 'done'))).toEqual({ leftIn: 'done', superseded: false });
  });

  test('an issue of a team without a matching state stays where it is', () => {
    expect(planState({ ...situation('passing', 'progress'), states: [] })).toEqual({ superseded: false });
  });
});

test('an issue that we may have completed ourselves, with a write whose answer was lost, does not count as ended by a human', () => {
  const lost = { ...situation('failing', 'done'), owesPassing: true };
  expect(planState(lost).moveTo).toBe('review');
  expect(planState({ ...lost, state: at('canceled') })).toEqual({ superseded: true });
});
