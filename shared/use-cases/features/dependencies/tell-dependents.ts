import type { Dependencies } from '../../../data/features/dependencies.ts';
import type { FeatureRow } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import type { Now } from '../../../domain/clock.ts';
import { blockerStateOf, type Told, toldOf } from '../../../domain/features/dependencies.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { Reading } from '../processing/read-issues.ts';

const PAGE = 250;
type Dependent = Awaited<ReturnType<Dependencies['dependents']>>['items'][number];

type Deps = { features: Features; dependencies: Dependencies; now: Now };

/** The features that became due, and the rows whose dependents are not all told yet. */
export type TellingResult = { woken: string[]; unfinished: ReadonlySet<FeatureRow> };

/**
 * Makes the features due that depend on an issue which began or ceased to block since they were last told. Each of them
 * then reads for itself what blocks it. An issue stays due until all are told, so a crash repeats it.
 */
export const tellDependents = ({ features, dependencies, now }: Deps) => {
  /** Makes one page of dependents due. Answers their ids. */
  const tellPage = async (
    page: readonly Dependent[],
    { readAt, isInSight }: { readAt: number; isInSight: boolean },
  ) => {
    await inParallel(page, async (dependency) => {
      const { workspaceId, featureId, isDropped } = dependency;
      await features.makeDependentDue(featureId, workspaceId, now());
      // If the feature depends on the issue again, its own read writes the row again. It cannot while the issue is out of
      // sight, and the row is needed when that ends.
      if (isDropped && isInSight) await dependencies.forget(dependency, readAt);
    });
    return page.map(({ featureId }) => featureId);
  };

  return async (rows: readonly FeatureRow[], reading: Reading, deadline: number): Promise<TellingResult> => {
    const woken: string[] = [];
    const unfinished = new Set<FeatureRow>();
    for (const row of rows) {
      const told = toldNow(row, reading);
      if (row.toldAs === undefined || told === undefined || told === row.toldAs) continue;
      // Noted first: whoever begins to depend on the issue meanwhile sees it and reads the issue again.
      await features.noteTold(row, 'telling');
      let start: Awaited<ReturnType<Dependencies['dependents']>>['next'];
      do {
        if (now() > deadline) {
          unfinished.add(row);
          break;
        }
        const readAt = now();
        const of = { workspaceId: row.workspaceId, blockerId: row.linearIssueId };
        const page = await dependencies.dependents(of, { limit: PAGE, start });
        woken.push(
          ...(await tellPage(page.items, { readAt, isInSight: reading.issues.has(row.linearIssueId) })),
        );
        start = page.next;
      } while (start);
      if (!unfinished.has(row)) await features.noteTold(row, told);
    }
    return { woken, unfinished };
  };
};

/** What the dependents of an issue have to know of it. Nothing if it cannot be read. */
const toldNow = ({ linearIssueId }: FeatureRow, { issues, unreadable }: Reading): Told | undefined => {
  if (unreadable.has(linearIssueId)) return undefined;
  const issue = issues.get(linearIssueId);
  return issue ? toldOf({ state: blockerStateOf(issue) }) : 'closed';
};
