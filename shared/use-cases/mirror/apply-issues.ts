import type { FeatureRow } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import {
  type Blockers,
  blockerStateOf,
  blockersHash,
  stored,
  toldOf,
} from '../../domain/features/dependencies.ts';
import { awaitsAnnouncement, awaitsReadiness } from '../../domain/features/dispatch.ts';
import { isLeftLapsed } from '../../domain/features/lapse.ts';
import type { Placement } from '../../domain/features/placement.ts';
import { derivedId } from '../../domain/ids.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { inParallel } from '../../in-parallel.ts';
import type { IssueBatch } from '../../linear/api/snapshots.ts';
import type { Applied, ApplyIssue } from './apply-issue.ts';
import { askParents } from './ask-parents.ts';
import type { Placements } from './placements.ts';
import { retryLater, UNSTORABLE } from './retry-later.ts';

/** What became of issues that were read, in their order. */
export type AppliedPage = { applied: Applied[]; unreadable: number };

/** Issues that were read, and what blocks them if that was read too. */
type ReadIssues = IssueBatch & { blockers?: ReadonlyMap<string, Blockers> };

type Deps = { features: Features; placements: Placements; apply: ApplyIssue; now: Now };

/**
 * Applies a page of issues to our rows. An issue that cannot be read or stored gets a retry of its own, so that it holds
 * up neither the others nor a watermark.
 */
export const applyIssues = ({ features, placements, apply, now }: Deps) => {
  const retry = retryLater({ features, now });
  const { read: askParentsAfterRead } = askParents({ features, now });

  const applyTo = async (
    workspace: WorkspaceRow,
    { items, unreadable, blockers }: ReadIssues,
    rows: readonly FeatureRow[],
  ): Promise<AppliedPage> => {
    const rowOf = new Map(rows.map((row) => [row.linearIssueId, row]));
    await askParentsAfterRead(workspace, items, rows);
    await inParallel(items, async (issue) => {
      if (isToldOtherwise(issue, rowOf.get(issue.id)))
        await features.makeBlockerDue({ linearIssueId: issue.id, workspaceId: workspace.id }, now());
    });
    // An issue without a readable id is only counted, because it cannot be asked for.
    for (const { id, why } of unreadable) if (id) await retry(workspace.id, id, why);
    const applied = await inParallel(items, async (issue) => {
      const placement = await placements.placementOf(workspace, issue);
      const row = rowOf.get(issue.id);
      const word = await apply.read(issue, row, placement, { makesDue: true });
      if (word === 'impossible') await retry(workspace.id, issue.id, UNSTORABLE);
      const isLeft =
        row && (isLeftWaiting(row, placement, now()) || knowsOther(blockers?.get(issue.id), row, placement));
      if (word === 'unchanged' && isLeft) await features.makeDue(row, now());
      return word;
    });
    return { applied, unreadable: unreadable.length };
  };

  return {
    /** Issues from one of Linear's lists. */
    async listed(workspace: WorkspaceRow, batch: ReadIssues): Promise<AppliedPage> {
      const ids = batch.items.map(({ id }) => derivedId('feature', id));
      return applyTo(workspace, batch, await features.getMany(ids));
    },

    /** Issues of rows, which were asked for by id. The features of those that Linear does not show become due. */
    async known(
      workspace: WorkspaceRow,
      rows: readonly FeatureRow[],
      batch: ReadIssues,
    ): Promise<AppliedPage & { absent: number }> {
      const there = new Set([...batch.items, ...batch.unreadable].map(({ id }) => id));
      const absent = rows.filter(({ linearIssueId }) => !there.has(linearIssueId));
      const believed = absent.filter(({ withdrawn }) => !isGone(withdrawn));
      await inParallel(believed, (row) => features.makeDue(row, now()));
      return { ...(await applyTo(workspace, batch, rows)), absent: believed.length };
    },
  };
};

/**
 * Whether a feature of an open project still has to be announced, reported as lapsed or made ready although it is not
 * due. The first two happen if its project was archived; no case is known that leads to the third.
 */
const isLeftWaiting = (row: FeatureRow, { project }: Placement, now: number): boolean =>
  Boolean(project?.isActive) &&
  row.dueAt === undefined &&
  (awaitsAnnouncement(row) || awaitsReadiness(row) || isLeftLapsed(row, now));

/** Whether those that depend on an issue were last told something else of it than Linear says now. */
const isToldOtherwise = (issue: IssueSnapshot, row: FeatureRow | undefined): boolean =>
  row?.toldAs !== undefined && row.toldAs !== toldOf({ state: blockerStateOf(issue) });

/** Whether a feature of an open project knows of other blockers than were read, or never learned of any. */
const knowsOther = (read: Blockers | undefined, row: FeatureRow, { project }: Placement): boolean =>
  read !== undefined &&
  Boolean(project?.isActive) &&
  row.claimIn !== undefined &&
  row.withdrawn === undefined &&
  row.dueAt === undefined &&
  (row.blockers === undefined || blockersHash(row.blockers) !== blockersHash(stored(read.blockers)));

const isGone = (withdrawn: FeatureRow['withdrawn']): boolean =>
  withdrawn === 'gone' || withdrawn === 'deleted' || withdrawn === 'access_lost';

export type ApplyIssues = ReturnType<typeof applyIssues>;
