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

/** How many blockers of one feature are stored, open ones first. */
export const MOST_BLOCKERS = 100;

export const isOpenBlocker = ({ state }: Pick<Blocker, 'state'>): boolean => state === 'open';

/** What an issue is to those it blocks. */
export const blockerStateOf = ({
  state,
  archived,
}: {
  state: { type: string };
  archived: unknown;
}): BlockerState => {
  if (state.type === 'completed') return 'done';
  return archived || state.type === 'canceled' || state.type === 'duplicate' ? 'dead' : 'open';
};
