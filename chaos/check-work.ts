import type { Finding, Rows } from './checks.ts';
import type { Claim, Journal } from './journal.ts';
import type { LinearState } from './linear-state.ts';
import { markOf } from './orchestrators.ts';
import type { Workspace } from './world.ts';

/** Features that two held at once. A hold ends with its lease, or when its holder first says that it is over. */
export const wronglyHanded = ({ claims }: Pick<Journal, 'claims'>): Finding[] => {
  const held = new Map<string, Claim>();
  const findings: Finding[] = [];
  for (const claim of claims.toSorted((one, other) => one.answeredAt - other.answeredAt)) {
    const before = held.get(claim.featureId);
    held.set(claim.featureId, claim);
    if (!before) continue;
    const endsAt = Math.min(before.leaseUntil, before.overAt ?? Number.POSITIVE_INFINITY);
    if (claim.answeredAt < endsAt)
      findings.push({
        check: 'holders',
        workspace: claim.workspace,
        about: claim.issueId,
        text: `was handed to ${claim.runId} while ${before.runId} held it until ${new Date(endsAt).toISOString()}`,
      });
  }
  return findings;
};

/** Outcomes that Linear does not have exactly once and in order, and issues whose state is not what was reported last. */
export const wronglyTold = (
  { index, workspaceId }: Workspace,
  { comments, issues }: LinearState,
  rows: Rows,
  { reports, claims, moves }: Journal,
): Finding[] => {
  const findings: Finding[] = [];
  const here = reports.filter(({ workspace }) => workspace === index);
  const toldAt = new Map<string, string[]>();
  for (const { body, createdAt } of comments) {
    const mark = /Chaos \w+ (?:passing|failing)/.exec(body)?.[0];
    if (mark) toldAt.set(mark, [...(toldAt.get(mark) ?? []), createdAt]);
  }
  const failures = new Map(rows.features.map((row) => [row.id, row.failure]));
  for (const report of here) {
    const times = toldAt.get(markOf(report)) ?? [];
    const wrong = (text: string) =>
      findings.push({
        check: 'outcomes',
        workspace: index,
        about: report.issueId,
        text: `${markOf(report)} ${text}`,
      });
    if (times.length > 1) wrong(`stands in Linear ${times.length} times`);
    // A refusal for good, noted on the feature, is an answer.
    if (times.length === 0 && report.acceptedAt && !failures.get(report.featureId)) wrong('is not in Linear');
    for (const earlier of here)
      if (
        earlier.featureId === report.featureId &&
        earlier.acceptedAt !== undefined &&
        earlier.acceptedAt < report.askedAt &&
        (toldAt.get(markOf(earlier))?.[0] ?? '') > (times[0] ?? '9')
      )
        wrong(`was told before ${markOf(earlier)}`);
  }

  const stateOf = new Map(issues.map((issue) => [issue.id, issue.state]));
  for (const row of rows.features) {
    const state = stateOf.get(row.linearIssueId);
    if (row.workspaceId !== workspaceId || !state || row.failure) continue;
    const saidAt = [
      ...here.filter(({ featureId }) => featureId === row.id),
      ...claims.filter(({ featureId }) => featureId === row.id),
    ].map(({ askedAt }) => askedAt);
    const moved = moves.filter(({ issueId }) => issueId === row.linearIssueId);
    // What a human did since is theirs, and so is an end that a human made.
    if (saidAt.length === 0 || moved.some(({ askedAt }) => askedAt >= Math.max(...saidAt))) continue;
    const isEnded = ['completed', 'canceled', 'duplicate'].includes(state.type);
    if (isEnded && moved.some(({ state: to }) => ['Done', 'Canceled'].includes(to))) continue;
    const isRight = {
      pending: !isEnded,
      in_progress: state.type === 'started',
      passing: state.type === 'completed',
      failing: state.name === 'In Review',
    }[row.status];
    if (!isRight)
      findings.push({
        check: 'states',
        workspace: index,
        about: row.linearIssueId,
        text: `is ${row.status}, and its issue is in ${state.name}`,
      });
  }
  return findings;
};
