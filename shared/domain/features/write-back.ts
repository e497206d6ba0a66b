import type { Mover } from '../mirror/delivery.ts';
import type { WorkflowState } from '../mirror/workflow-state.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import { sameName } from '../name.ts';
import type { Status } from '../statuses.ts';
import type { Wish } from '../workspaces/status-map.ts';

/** What determines the state that an issue has to be moved to. */
type Situation = Trail & {
  status: Status;
  /** The state in Linear, read just now. */
  state: { id: string; type: string };
  states: readonly WorkflowState[];
  /** A `passing` is not settled yet, so a write of ours whose answer was lost may have completed the issue. */
  owesPassing?: boolean;
  /** What the workspace has mapped for a status. */
  mappedTo?: (status: Status) => Wish;
};

const first = (states: readonly WorkflowState[], fits: (state: WorkflowState) => boolean) =>
  states.filter(fits).sort((a, b) => a.position - b.position)[0];

/** Common names of a review column, most common first. */
const REVIEW_NAMES = [
  'in review',
  'review',
  'code review',
  'in code review',
  'ready for review',
  'needs review',
  'awaiting review',
  'under review',
  'peer review',
];
/** "Review" as a whole word, so that "Preview" is not taken for a review column. */
const REVIEW_WORD = /(?<![\p{L}\p{N}])review(?![\p{L}\p{N}])/iu;

const reviewState = (states: readonly WorkflowState[]): WorkflowState | undefined => {
  const started = states.filter(({ type }) => type === 'started');
  for (const usual of REVIEW_NAMES) {
    const named = first(started, ({ name }) => sameName(name.trim(), usual));
    if (named) return named;
  }
  return first(started, ({ name }) => REVIEW_WORD.test(name));
};

/** The default applies only if nothing is mapped: it may be the opposite of what the workspace wants. */
const wanted = (situation: Situation, status: Status): WorkflowState | undefined => {
  const wish = situation.mappedTo?.(status) ?? { is: 'default' };
  if (wish.is === 'default') return target[status](situation);
  return wish.is === 'state' ? wish.state : undefined;
};

const target: Record<Status, (situation: Situation) => WorkflowState | undefined> = {
  // Only if our own write closed the issue, after an earlier run. A pending issue has to be open.
  pending: (situation) =>
    isOpen(situation.state.type)
      ? undefined
      : (target.failing(situation) ?? first(situation.states, ({ type }) => type === 'started')),
  // Any started state means "in progress". Which one is the team's choice.
  in_progress: ({ state, states }) =>
    state.type === 'started' ? undefined : first(states, ({ type }) => type === 'started'),
  passing: ({ states }) => first(states, ({ type }) => type === 'completed'),
  failing: ({ states }) => reviewState(states),
};

export type StatePlan = {
  moveTo?: string;
  /** The state the issue is left in, if we want it there or put it there. We may move it from there later. */
  leftIn?: string;
  /** Somebody else closed the issue after our last write, so we leave it where it is. */
  superseded: boolean;
  /** Why the issue stays where it is although a state is mapped. Shown to people. */
  leftAlone?: string;
};

/** Decides which state an issue moves to for its feature's latest status, if any. */
export const planState = (situation: Situation): StatePlan => {
  const { state, status, owesPassing, ...trail } = situation;
  const to = wanted(situation, status);
  // An unconfirmed write of ours may have moved it here, unless somebody else was seen to do so.
  const isTheirs = trail.movedToStateId === state.id && !isOurs(trail, state);
  if (to?.id === state.id) return isTheirs ? { superseded: false } : { leftIn: to.id, superseded: false };
  const mayBeOurs = owesPassing && state.id === wanted(situation, 'passing')?.id && !isTheirs;
  if (!isOpen(state.type) && !isOurs(trail, state) && !mayBeOurs) return { superseded: status !== 'pending' };
  if (to) return { moveTo: to.id, leftIn: to.id, superseded: false };
  const wish = situation.mappedTo?.(status);
  return {
    superseded: false,
    ...(isOurs(trail, state) ? { leftIn: state.id } : {}),
    ...(wish?.is === 'gone' ? { leftAlone: goneState(status, wish.name) } : {}),
  };
};

const goneState = (status: Status, name: string): string =>
  `The issue stays where it is: \`${status}\` is mapped to the state "${name}", which its team no longer has. Map \`${status}\` to another state in the settings of the workspace.`;

/** What we know about how an issue came to its current state. */
export type Trail = {
  /** The state our last write left it in. */
  writtenStateId?: string | undefined;
  /** The state it was in when the latest status was settled, whoever put it there. */
  settledStateId?: string | undefined;
  /** The state our own app was seen to move it to since then. */
  echoStateId?: string | undefined;
  /** The state somebody else was seen to move it to since then. */
  movedToStateId?: string | undefined;
  /** The state it got since then from a move to another team. */
  carriedToStateId?: string | undefined;
};

/**
 * What to store about a move that was seen. A move by somebody else invalidates an earlier echo. `writtenStateId` stays
 * on the row, but `isOurs` ignores it from then on.
 */
export const placeSeen = (
  mover: Mover | undefined,
  stateId: string,
): { set: Partial<Trail>; remove: (keyof Trail)[] } => {
  switch (mover) {
    case 'us':
      return { set: { echoStateId: stateId }, remove: [] };
    case 'somebody':
      return { set: { movedToStateId: stateId }, remove: ['echoStateId', 'carriedToStateId'] };
    case 'team':
      return { set: { carriedToStateId: stateId }, remove: ['echoStateId'] };
    case undefined:
      return { set: {}, remove: [] };
  }
};

/**
 * Whether we put the issue where it is. Once somebody else was seen to move it, only a newer echo proves that. Being in
 * the state we once left it in does not.
 */
export const isOurs = (trail: Trail, { id }: { id: string }): boolean =>
  id === trail.echoStateId ||
  (trail.movedToStateId === undefined && (id === trail.writtenStateId || id === trail.carriedToStateId));

/**
 * Whether a write of ours whose answer was lost took effect after a later write, and nobody has moved the issue since.
 */
export const cameLate = (
  { writtenStateId, echoStateId, movedToStateId }: Trail,
  state: { id: string },
): boolean =>
  writtenStateId !== undefined &&
  movedToStateId === undefined &&
  state.id === echoStateId &&
  state.id !== writtenStateId;

const WAITING = new Set(['triage', 'backlog', 'unstarted']);

/** Whether somebody moved it since the latest status was settled. Our writes and moves to another team do not count. */
const isMovedByOthers = (trail: Trail, { id }: { id: string }): boolean =>
  id !== trail.echoStateId &&
  id !== trail.carriedToStateId &&
  (trail.movedToStateId !== undefined || (trail.settledStateId !== undefined && id !== trail.settledStateId));

/** Whether a human moved the issue of a finished feature back since it was settled, which reopens the feature. */
export const asksForAnotherGo = (
  feature: Trail & { status: Status; statusSeq: number; writtenSeq: number; owed: object },
  state: { id: string; type: string },
): boolean =>
  (feature.status === 'passing' || feature.status === 'failing') &&
  feature.writtenSeq === feature.statusSeq &&
  Object.keys(feature.owed).length === 0 &&
  WAITING.has(state.type) &&
  isMovedByOthers(feature, state);
