import type { FeatureRow } from '../../shared/data/features/feature-row.ts';
import { markOf, prUrlOf } from '../actors/orchestrators.ts';
import type { Journal, Reported } from '../journal.ts';
import type { Place } from '../workspace.ts';
import type { Finding } from './finding.ts';
import type { LinearComment, LinearState } from './linear-state.ts';

/** Reported outcomes that are not in Linear exactly once, on their issue, and in the order of the reports. */
export const wrongOutcomes = (
  { index }: Place,
  { comments, issues }: LinearState,
  rows: readonly FeatureRow[],
  { reports }: Journal,
): Finding[] => {
  const findings: Finding[] = [];
  const here = reports.filter(({ workspace }) => workspace === index);
  const there = new Set(issues.map(({ id }) => id));
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const commentsOf = new Map<string, LinearComment[]>();
  for (const comment of comments) {
    const mark = /Chaos \w+ (?:passing|failing)/.exec(comment.body)?.[0];
    if (mark) commentsOf.set(mark, [...(commentsOf.get(mark) ?? []), comment]);
  }
  const firstWritten = (report: Reported) => commentsOf.get(markOf(report))?.[0]?.createdAt;
  for (const report of here) {
    const written = commentsOf.get(markOf(report)) ?? [];
    const wrong = (text: string) =>
      findings.push({
        check: 'outcomes',
        workspace: index,
        about: report.issueId,
        text: `${markOf(report)} ${text}`,
      });
    if (written.length > 1) wrong(`is in Linear ${written.length} times`);
    for (const { issue } of written)
      if (issue.id !== report.issueId) wrong(`is on another issue, ${issue.id}`);
    if (written.length === 0 && report.acceptedAt !== undefined) {
      // In a run Linear refuses nothing for good. A deleted issue takes its comments along.
      const row = rowOf.get(report.featureId);
      if (there.has(report.issueId)) wrong('is not in Linear');
      else if (!row || (isOwed(row, report) && !row.failure))
        wrong('cannot be written to Linear, and the row has no failure');
    }
    const links = issues.flatMap(({ id, attachments }) =>
      attachments.nodes.filter(({ url }) => url === prUrlOf(report.runId)).map(() => id),
    );
    const isLinked = report.status === 'passing' && written.length > 0 && there.has(report.issueId);
    if (isLinked && links.length !== 1) wrong(`is linked ${links.length} times`);
    for (const id of links) if (id !== report.issueId) wrong(`is linked on another issue, ${id}`);
    for (const earlier of here)
      if (
        earlier.featureId === report.featureId &&
        earlier.acceptedAt !== undefined &&
        earlier.acceptedAt < report.askedAt &&
        (firstWritten(earlier) ?? '') > (firstWritten(report) ?? '9')
      )
        wrong(`was written before ${markOf(earlier)}`);
  }
  return findings;
};

const isOwed = ({ owed }: FeatureRow, { runId, status }: Reported) =>
  Object.values(owed).some((outcome) => outcome.runId === runId && outcome.status === status);

/** Rows that still owe an outcome, or gave up, though Linear shows their issue and refuses nothing. */
export const unfinished = (
  { index }: Place,
  { issues }: LinearState,
  rows: readonly FeatureRow[],
): Finding[] => {
  const there = new Set(issues.map(({ id }) => id));
  return rows
    .filter(({ linearIssueId }) => there.has(linearIssueId))
    .flatMap(({ linearIssueId, owed, failure }) => [
      ...(Object.keys(owed).length > 0
        ? [[linearIssueId, `still owes ${Object.keys(owed).length} outcomes`]]
        : []),
      ...(failure ? [[linearIssueId, `gave up, though Linear shows its issue: ${failure}`]] : []),
    ])
    .map(([about, text = '']) => ({ check: 'outcomes', workspace: index, about, text }));
};
