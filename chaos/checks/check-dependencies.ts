import type { FeatureRow } from '../../shared/data/features/feature-row.ts';
import { mayBeAwaited } from '../../shared/domain/features/awaited.ts';
import type { Expected } from '../model.ts';
import type { Place } from '../workspace.ts';
import { expectedIn } from './check-mirror.ts';
import type { Finding, Rows } from './finding.ts';
import type { LinearState } from './linear-state.ts';

type Wrong = { check: 'dependencies' | 'readiness'; about: string; text: string };

/** Features that are ready although an open issue blocks them, are not although none does, or show it wrongly. */
export const wrongDependencies = (place: Place, linear: LinearState, rows: Rows): Finding[] => {
  const all = expectedIn(place, linear, rows);
  const ours = rows.features.filter(({ workspaceId }) => workspaceId === place.workspaceId);
  const rowOf = new Map(ours.map((row) => [row.linearIssueId, row]));
  // Those that are absent are findings of the mirror.
  const imported = all.filter(({ issueId, isImported }) => isImported && rowOf.get(issueId)?.issue);
  const unnoticedOf = unnoticed(place, rows);
  const each = imported.flatMap((expected) => {
    const row = rowOf.get(expected.issueId) as FeatureRow;
    return [...wrongReadiness(expected, row), ...wrongBlockers(expected, row), ...unnoticedOf(row)];
  });
  return [...each, ...wrongCircles(all, imported, rowOf), ...untold(imported, rowOf, ours)].map((wrong) => ({
    ...wrong,
    workspace: place.index,
  }));
};

const openOf = ({ blockers }: Expected): string[] =>
  blockers
    .filter(({ isOpen }) => isOpen)
    .map(({ issueId }) => issueId)
    .toSorted();

const wrongReadiness = (expected: Expected, { status, claimAt, readyAt }: FeatureRow): Wrong[] => {
  const wrong = (text: string): Wrong[] => [{ check: 'readiness', about: expected.issueId, text }];
  const blockedBy = openOf(expected);
  if (blockedBy.length > 0)
    return claimAt || readyAt ? wrong(`can be claimed, though it is blocked: {${blockedBy}}`) : [];
  if (claimAt) return [];
  if (status === 'pending') return wrong('is pending and is not ready');
  if (status === 'in_progress') return wrong('is in progress and cannot be claimed when its lease ends');
  return [];
};

/** Which issues are shown as closed does not matter, and may be outdated. */
const wrongBlockers = (expected: Expected, { blockers = [], blockedIn }: FeatureRow): Wrong[] => {
  const wrong = (text: string): Wrong[] => [{ check: 'dependencies', about: expected.issueId, text }];
  const shown = blockers.filter(({ state }) => state === 'open').map(({ linearIssueId }) => linearIssueId);
  const open = openOf(expected);
  if (shown.toSorted().join() !== open.join())
    return wrong(`is blocked by {${open}} and shows as its open blockers {${shown}}`);
  return open.length > 0 === (blockedIn !== undefined)
    ? []
    : wrong('is blocked and not in the index of those');
};

/** What would leave a feature blocked, or let it wait for a reconcile, when its blocker is closed. */
const unnoticed = (place: Place, { dependencies, workspaces }: Rows) => {
  const dependents = new Set(
    dependencies
      .filter(({ workspaceId, droppedAt }) => workspaceId === place.workspaceId && !droppedAt)
      .map(({ id }) => id),
  );
  const awaited = workspaces.find(({ id }) => id === place.workspaceId)?.awaited as Uint8Array | undefined;
  return ({ id, linearIssueId: about, blockers = [] }: FeatureRow): Wrong[] => {
    const wrong = (text: string): Wrong => ({ check: 'dependencies', about, text });
    return blockers.flatMap(({ linearIssueId: blocker }) => [
      ...(dependents.has(`${blocker}#${id}`) ? [] : [wrong(`is not found by its blocker ${blocker}`)]),
      ...(mayBeAwaited(awaited, blocker) ? [] : [wrong(`has a blocker that is not awaited: ${blocker}`)]),
    ]);
  };
};

/** Blocking issues whose dependents were last told something else, or are being told without end. */
const untold = (
  imported: readonly Expected[],
  rowOf: ReadonlyMap<string, FeatureRow>,
  ours: readonly FeatureRow[],
): Wrong[] => {
  const wrong = (about: string, text: string): Wrong => ({ check: 'dependencies', about, text });
  const blockers = new Map(
    imported.flatMap((expected) => expected.blockers.map(({ issueId, isOpen }) => [issueId, isOpen])),
  );
  return [
    ...ours
      .filter(({ toldAs }) => toldAs === 'telling')
      .map(({ linearIssueId }) => wrong(linearIssueId, 'still tells its dependents')),
    ...[...blockers].flatMap(([issueId, isOpen]) => {
      const told = rowOf.get(issueId)?.toldAs;
      const is = isOpen ? 'open' : 'closed';
      return told === is || told === 'telling'
        ? []
        : [wrong(issueId, `is ${is} and told its dependents ${told}`)];
    }),
  ];
};

/** Members of a circle that do not show one, and circles that do not exist. */
const wrongCircles = (
  all: readonly Expected[],
  imported: readonly Expected[],
  rowOf: ReadonlyMap<string, FeatureRow>,
): Wrong[] => {
  const edges = (of: readonly Expected[]) => new Map(of.map((each) => [each.issueId, openOf(each)]));
  // Features of closed projects may be part of a circle, but nobody has to know.
  const [sure, possible] = [
    edges(imported),
    edges(all.filter(({ qualifies, isOpen }) => qualifies && isOpen)),
  ];
  const issueOf = new Map([...rowOf].map(([issueId, { id }]) => [id, issueId]));
  return imported.flatMap(({ issueId }): Wrong[] => {
    const wrong = (text: string): Wrong[] => [{ check: 'dependencies', about: issueId, text }];
    const shown = rowOf.get(issueId)?.cycle?.map(({ featureId }) => issueOf.get(featureId) ?? featureId);
    if (!shown) return isInCircle(issueId, sure) ? wrong('is part of a circle and does not say so') : [];
    const isCircle = shown.every((id, index) => {
      const next = shown[(index + 1) % shown.length] as string;
      return possible.has(next) && possible.get(id)?.includes(next);
    });
    return isCircle && shown[0] === issueId ? [] : wrong(`shows a circle that does not exist: {${shown}}`);
  });
};

const isInCircle = (issueId: string, blockersOf: ReadonlyMap<string, readonly string[]>): boolean => {
  const reached = new Set<string>();
  const left = [...(blockersOf.get(issueId) ?? [])];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    left.push(...(blockersOf.get(next) ?? []));
  }
  return reached.has(issueId);
};
