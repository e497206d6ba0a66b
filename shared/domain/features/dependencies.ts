import type { IssueEvent } from '../mirror/delivery.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import { hashOf } from '../version.ts';
import { blockersHold, type Settings } from '../workspaces/settings.ts';

/**
 * What a blocking issue is to those it blocks. `done`: completed. `dead`: canceled, a duplicate, archived or in the
 * trash. Only an `open` one blocks.
 */
export const blockerStates = ['open', 'done', 'dead'] as const;
export type BlockerState = (typeof blockerStates)[number];

/** An issue that blocks another: Linear has a relation of type `blocks` from it. */
export type Blocker = { linearIssueId: string; identifier: string; state: BlockerState };

/** What blocks an issue. `hidden`: how many blockers are in teams that the app cannot see. They do not block. */
export type Blockers = { blockers: readonly Blocker[]; hidden: number };

/** A blocker as a feature stores it. `featureId`: its own feature, if it is one. */
export type KnownBlocker = Blocker & { featureId?: string | undefined };

/** How many blockers of one feature are stored, and how many are shown. */
export const MOST_BLOCKERS = 100;

type IssueState = { state: { type: string }; archived: unknown };

/** What an issue is to those it blocks. */
export const blockerStateOf = ({ state, archived }: IssueState): BlockerState => {
  if (state.type === 'completed') return 'done';
  return archived || !isOpen(state.type) ? 'dead' : 'open';
};

export const isOpenBlocker = ({ state }: Pick<Blocker, 'state'>): boolean => state === 'open';

/** The blockers that a feature stores: open ones first, so that those that are left out never are the only ones. */
export const stored = <B extends Blocker>(blockers: readonly B[]): B[] =>
  [...blockers]
    .sort(
      (a, b) =>
        Number(isOpenBlocker(b)) - Number(isOpenBlocker(a)) || (a.linearIssueId < b.linearIssueId ? -1 : 1),
    )
    .slice(0, MOST_BLOCKERS);

/** Names a set of open blockers, so that a later read can be compared with it. */
export const openBlockersHash = (blockers: readonly Blocker[]): string =>
  hashOf(
    stored(blockers)
      .filter(isOpenBlocker)
      .map(({ linearIssueId }) => linearIssueId),
  );

/** Names blockers with all that is shown of them. */
export const blockersHash = (blockers: readonly Blocker[]): string =>
  hashOf(
    blockers
      .map(({ linearIssueId, identifier, state }) => [linearIssueId, identifier, state])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );

/** Whether a feature is kept from being handed out by an open blocker. */
export const isBlocked = ({
  blockers = [],
}: {
  blockers?: readonly Pick<Blocker, 'state'>[] | undefined;
}): boolean => blockers.some(isOpenBlocker);

/** What a feature is told of an issue that blocks it. */
export type Told = 'open' | 'closed';
export const toldOf = ({ state }: Pick<Blocker, 'state'>): Told => (state === 'open' ? 'open' : 'closed');

/** Whether an event may have changed whether its issue blocks others. */
export const mayChangeBlocking = ({ action, updatedFrom }: IssueEvent): boolean =>
  action !== 'update' ||
  !updatedFrom ||
  ['stateId', 'trashed', 'archivedAt', 'teamId'].some((key) => key in updatedFrom);

/** `unknown`: the app cannot see the blocking issue. */
export const shownBlockerStates = [...blockerStates, 'unknown'] as const;
type ShownBlocker = KnownBlocker | { state: 'unknown' };

type Dependent = {
  claimIn?: string | undefined;
  blockers?: readonly KnownBlocker[] | undefined;
  hiddenBlockers?: number | undefined;
  cycle?: readonly { identifier: string }[] | undefined;
};

/**
 * What blocks a feature, and `blocked` if an open issue does: the identifiers of the open ones and, if features block
 * each other in a circle, of those in the circle. Nothing blocks a feature that does not qualify, and with
 * `dependencies: off` what is stored may be out of date.
 */
export const shownDependencies = (
  { claimIn, blockers = [], hiddenBlockers = 0, cycle }: Dependent,
  settings: Settings,
): { blockedBy: ShownBlocker[]; blocked?: { by: string[]; cycle?: string[] | undefined } } => {
  if (claimIn === undefined || !blockersHold(settings)) return { blockedBy: [] };
  const hidden = Math.min(hiddenBlockers, MOST_BLOCKERS - blockers.length);
  const blockedBy = [...blockers, ...Array.from({ length: hidden }, () => ({ state: 'unknown' }) as const)];
  if (!isBlocked({ blockers })) return { blockedBy };
  const by = blockers.filter(isOpenBlocker).map(({ identifier }) => identifier);
  return { blockedBy, blocked: { by, cycle: cycle?.map(({ identifier }) => identifier) } };
};
