import type { Outcome } from './feature.ts';

const codeBlock = (text: string): string => {
  const longestRun = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence}\n${text}\n${fence}`;
};

/** The comment that tells an outcome, in Markdown. */
export const outcomeComment = (outcome: Outcome): string => {
  const parts =
    outcome.status === 'passing'
      ? [
          '**Done.**',
          outcome.summary,
          outcome.testResults && `Tests: ${outcome.testResults}`,
          outcome.prUrl && `Pull request: ${outcome.prUrl}`,
        ]
      : [
          outcome.failedStep ? `**Failed at:** ${outcome.failedStep}` : '**Failed.**',
          outcome.error && codeBlock(outcome.error),
          outcome.summary,
          outcome.testResults && `Tests: ${outcome.testResults}`,
          outcome.prUrl && `Pull request: ${outcome.prUrl}`,
        ];
  return parts.filter(Boolean).join('\n\n');
};

/** The ids of what a feature owes, oldest report first: comments must stand in the order of the reports. */
export const inOrder = (owed: Readonly<Record<string, Outcome>>): [commentId: string, Outcome][] =>
  Object.entries(owed).sort(([, a], [, b]) => a.seq - b.seq);
