import { describe, expect, test } from 'vitest';
import { inOrder, outcomeComment } from '../../../shared/domain/features/outcome-comment.ts';

describe('outcomeComment', () => {
  const outcome = { runId: 'r', seq: 1, reportedAt: '2026-11-02T09:15:04.120Z' };

  test('shows summary, tests and pull request of a passing run', () => {
    const comment = outcomeComment({
      ...outcome,
      status: 'passing',
      summary: 'Built.',
      testResults: '12 passed',
      prUrl: 'https://git.example.com/1',
    });
    for (const part of ['Built.', '12 passed', 'https://git.example.com/1']) expect(comment).toContain(part);
  });

  test('shows the failed step, and an error that cannot break out of its block', () => {
    const comment = outcomeComment({
      ...outcome,
      status: 'failing',
      failedStep: 'build',
      error: 'a\n```\nb',
    });
    expect(comment).toContain('build');
    expect(comment).toContain('````\na\n```\nb\n````');
  });

  test('sorts outcomes by the order of their reports', () => {
    const owed = {
      b: { ...outcome, status: 'failing' as const, seq: 4 },
      a: { ...outcome, status: 'passing' as const, seq: 6 },
      c: { ...outcome, status: 'failing' as const, seq: 2 },
    };
    expect(inOrder(owed).map(([id]) => id)).toEqual(['c', 'b', 'a']);
  });
});
