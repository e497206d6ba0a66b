import type { FeatureRow } from '../../shared/data/features/feature-row.ts';
import type { Claim, Journal } from '../journal.ts';
import type { Place } from '../workspace.ts';
import { unfinished, wrongOutcomes } from './check-outcomes.ts';
import type { Finding, Rows } from './finding.ts';
import type { LinearState } from './linear-state.ts';

/** Features that two runs held at once. A claim ends with its lease, or with its holder's first release or report. */
export const doubleClaims = ({ claims }: Pick<Journal, 'claims'>): Finding[] => {
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
        text: `was given to ${claim.runId} while ${before.runId} held it until ${new Date(endsAt).toISOString()}`,
      });
  }
  return findings;
};

/** Claims of features that an open issue blocked during the whole run. */
export const blockedClaims = (
  workspaces: readonly { index: number; held: readonly string[] }[],
  { claims }: Pick<Journal, 'claims'>,
): Finding[] => {
  const heldIn = new Map(workspaces.map(({ index, held }) => [index, new Set(held)]));
  return claims
    .filter(({ workspace, issueId }) => heldIn.get(workspace)?.has(issueId))
    .map(({ workspace, issueId, runId, answeredAt }) => ({
      check: 'holders',
      workspace,
      about: issueId,
      text: `was given to ${runId} at ${new Date(answeredAt).toISOString()}, though an open issue blocked it`,
    }));
};

/** Outcomes and states that were written to Linear wrongly, or not at all. */
export const wrongWriteBacks = (
  place: Place,
  linear: LinearState,
  rows: Rows,
  journal: Journal,
): Finding[] => {
  const ours = rows.features.filter(({ workspaceId }) => workspaceId === place.workspaceId);
  return [
    ...wrongOutcomes(place, linear, ours, journal),
    ...unfinished(place, linear, ours),
    ...wrongStates(place, linear, ours, journal),
  ];
};

const ENDS = ['completed', 'canceled', 'duplicate'];
/** Requests of humans that are this close together may reach Linear in either order. */
const TOGETHER_MS = 1_000;

/** Issues whose state does not match the latest report. */
const wrongStates = (
  { index }: Place,
  { issues }: LinearState,
  rows: readonly FeatureRow[],
  { reports, claims, moves }: Journal,
): Finding[] => {
  const findings: Finding[] = [];
  const stateOf = new Map(issues.map((issue) => [issue.id, issue.state]));
  for (const row of rows) {
    const state = stateOf.get(row.linearIssueId);
    if (!state) continue;
    const reportedAt = [...reports, ...claims]
      .filter(({ featureId }) => featureId === row.id)
      .map(({ askedAt }) => askedAt);
    const moved = moves.filter(({ issueId }) => issueId === row.linearIssueId);
    const lastMovedAt = Math.max(...moved.map(({ askedAt }) => askedAt));
    // A state that a human set since then counts, and so does one with which a human ended the issue.
    if (reportedAt.length === 0 || lastMovedAt >= Math.max(...reportedAt)) continue;
    const isEnded = ENDS.includes(state.type);
    const last = moved.filter(({ askedAt }) => askedAt >= lastMovedAt - TOGETHER_MS);
    if (isEnded && last.some(({ state: to }) => to === state.name)) continue;
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
