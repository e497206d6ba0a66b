import type { Lapse, Outcome, Owed } from './feature.ts';
import { codeBlock, foreignLine, foreignMarkdown, webLink } from './foreign-markdown.ts';

/** Test results: on the same line if they are one line, else in a code block. */
const testsOf = (text: string): string =>
  /[\r\n\u2028\u2029\u0085]/.test(text.trim())
    ? `Tests:\n\n${codeBlock(text)}`
    : `Tests: ${foreignLine(text)}`;

/** The comment for what is owed, in Markdown. */
export const owedComment = (owed: Owed): string =>
  owed.status === 'lapsed' ? lapseComment(owed) : outcomeComment(owed);

/** A time to the minute, such as `2026-11-28 07:10 UTC`. */
const minuteOf = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const lapseComment = ({ leaseUntil }: Lapse): string =>
  `The claim on this work ran out at ${minuteOf(leaseUntil)} without a result. The work can be taken again.`;

/** The pull requests that have to be linked to the issue. */
export const owedLinks = (owed: Readonly<Record<string, Owed>>): string[] =>
  Object.values(owed).flatMap((each) => (each.status === 'lapsed' ? [] : (each.prUrl ?? [])));

/** The comment for an outcome, in Markdown. Our own text comes before the orchestrator's. */
export const outcomeComment = ({
  status,
  summary,
  prUrl,
  testResults,
  failedStep,
  error,
}: Outcome): string => {
  const failed = failedStep ? `**Failed at:** ${foreignLine(failedStep)}` : '**Failed.**';
  return [
    status === 'passing' ? '**Done.**' : failed,
    prUrl && `Pull request: ${webLink(prUrl)}`,
    testResults && testsOf(testResults),
    status === 'failing' && error && codeBlock(error),
    summary && foreignMarkdown(summary),
  ]
    .filter(Boolean)
    .join('\n\n');
};

/** What a feature owes, by comment id, oldest report first. Comments must be posted in the order of the reports. */
export const inOrder = (owed: Readonly<Record<string, Owed>>): [commentId: string, Owed][] =>
  Object.entries(owed).sort(([, a], [, b]) => a.seq - b.seq);
