import { describe, expect, test } from 'vitest';
import { judgeReport, type RunState } from '../../../shared/domain/features/status.ts';
import { statuses } from '../../../shared/domain/statuses.ts';

const runState = (status: RunState['status'], runId?: string, ...reports: string[]): RunState => ({
  status,
  runId,
  reports: new Set(reports),
});

describe('judgeReport', () => {
  const pending = runState('pending');
  const running = runState('in_progress', 'run-1', 'run-1#in_progress');
  const passed = runState('passing', 'run-1', 'run-1#in_progress', 'run-1#passing');
  const failed = runState('failing', 'run-1', 'run-1#in_progress', 'run-1#failing');

  test.each([
    [pending, 'in_progress', 'run-1', 'accepted'],
    [pending, 'passing', 'run-1', 'refused'],
    [pending, 'failing', 'run-1', 'refused'],
    [pending, 'pending', 'run-1', 'repeated'],
    [running, 'passing', 'run-1', 'accepted'],
    [running, 'failing', 'run-1', 'accepted'],
    [running, 'passing', 'run-2', 'refused'],
    [running, 'in_progress', 'run-1', 'repeated'],
    [running, 'in_progress', 'run-2', 'refused'],
    [running, 'pending', 'run-1', 'refused'],
    [passed, 'passing', 'run-1', 'repeated'],
    [passed, 'failing', 'run-1', 'refused'],
    [passed, 'in_progress', 'run-2', 'accepted'],
    [passed, 'in_progress', 'run-1', 'repeated'],
    [passed, 'pending', 'run-2', 'refused'],
    [failed, 'in_progress', 'run-2', 'accepted'],
    [failed, 'in_progress', 'run-1', 'repeated'],
    [failed, 'pending', 'run-1', 'accepted'],
  ] as const)('%o + %s of %s is %s', (now, status, runId, verdict) => {
    expect(judgeReport({ status, runId }, now).is).toBe(verdict);
  });

  test('an outcome that was reported long ago is a repeat, whatever happened since', () => {
    const later = runState('in_progress', 'run-2', 'run-1#in_progress', 'run-1#failing', 'run-2#in_progress');
    expect(judgeReport({ status: 'failing', runId: 'run-1' }, later).is).toBe('repeated');
  });

  test('a status that its own run repeats changes nothing', () => {
    for (const status of statuses) {
      const now = runState(status, 'run-1', `run-1#${status}`);
      expect(judgeReport({ status, runId: 'run-1' }, now).is).toBe('repeated');
    }
  });
});
