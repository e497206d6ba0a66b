import type { FeatureRow, ListedFeature } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Now } from '../../../domain/clock.ts';
import { isListed } from '../../../domain/features/feature.ts';
import { isDue } from '../../../domain/schedule/due.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { Applied, ApplyIssue } from '../../mirror/apply-issue.ts';
import { askParents } from '../../mirror/ask-parents.ts';
import type { Placements } from '../../mirror/placements.ts';
import { UNSTORABLE } from '../../mirror/retry-later.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';
import { absentIssues } from './absent-issues.ts';
import { asRead, type Reading } from './read-issues.ts';

type Deps = {
  features: Features;
  placements: Placements;
  apply: ApplyIssue;
  linear: WithLinear;
  now: Now;
};

/** What is left to do after our rows were brought up to date. */
export type AppliedReading = {
  /** Features to write back and hand out, as the reading shows them. */
  features: ListedFeature[];
  /** Why the issue of a feature cannot be stored, by the feature's id. What such a feature owes is still written. */
  impossible: ReadonlyMap<string, string>;
  /** What was given up because Linear no longer shows the issue, for people to read. */
  refusals: string[];
};

/** Brings the rows of due features up to date with what was read of them. */
export const applyReading = ({ features, placements, apply, linear, now }: Deps) => {
  const noteAbsent = absentIssues({ features, linear, now });
  const { read: askParentsAfterRead } = askParents({ features, now });

  const applyTo = async (
    workspace: WorkspaceRow,
    row: FeatureRow,
    { issues, unreadable }: Reading,
  ): Promise<Applied | 'absent'> => {
    const issue = issues.get(row.linearIssueId);
    if (unreadable.has(row.linearIssueId)) return 'impossible';
    if (!issue) return 'absent';
    return apply.read(issue, row, await placements.placementOf(workspace, issue), { makesDue: false });
  };

  return async (
    workspace: WorkspaceRow,
    rows: readonly FeatureRow[],
    reading: Reading,
  ): Promise<AppliedReading> => {
    await askParentsAfterRead(workspace, editedIssues(rows, reading), rows);
    const applied = await inParallel(rows, (row) => applyTo(workspace, row, reading));
    const rowsWith = (...outcomes: (Applied | 'absent')[]) =>
      rows.filter((_, index) => outcomes.some((outcome) => outcome === applied[index]));

    const absent = new Set(rowsWith('absent'));
    const refusals = await noteAbsent(workspace, [...absent]);
    const impossible = new Map(
      rowsWith('impossible').map(({ id, linearIssueId }) => [
        id,
        reading.unreadable.get(linearIssueId) ?? UNSTORABLE,
      ]),
    );
    // What was just written is read again, so that everything is decided from the row as it is now.
    const written = rowsWith('written', 'withdrawn').map(({ id }) => id);
    const fresh = new Map((await features.getMany(written)).map((row) => [row.id, row]));
    const current = rows
      .filter((row) => !absent.has(row))
      .map((row) => fresh.get(row.id) ?? row)
      // The worker that held the lease before may have settled it meanwhile.
      .filter((row) => isDue(row, now()))
      // A webhook brought something newer than this reading: the row stays due and is read again.
      .filter((row) => !(fresh.has(row.id) && isNewer(row, reading)))
      .map((row) => asRead(row, reading));

    // A stub whose issue does not qualify is done with.
    for (const stub of current.filter((row) => !isListed(row)))
      await features.settle(stub, { posted: [], failure: impossible.get(stub.id) }, now());
    return { features: current.filter(isListed), impossible, refusals };
  };
};

/** Issues that changed since our rows were written. */
const editedIssues = (rows: readonly FeatureRow[], { issues }: Reading) => {
  const updatedAtOf = new Map(rows.map((row) => [row.linearIssueId, row.linearUpdatedAt]));
  return [...issues.values()].filter(({ id, updatedAt }) => updatedAtOf.get(id) !== updatedAt);
};

const isNewer = ({ linearIssueId, linearUpdatedAt = '' }: FeatureRow, { issues }: Reading): boolean => {
  const issue = issues.get(linearIssueId);
  return issue !== undefined && linearUpdatedAt > issue.updatedAt;
};
