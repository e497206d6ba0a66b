import type { Mover } from '../mirror/delivery.ts';
import type { WorkflowState } from '../mirror/workflow-state.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import { sameName } from '../name.ts';
import type { Status } from '../statuses.ts';
import type { Wish } from '../workspaces/status-map.ts';

/** What decides the state an issue should be in. */
type Situation = Trail & {
  status: Status;
  /** The state in Linear, read just now. */
  state: { id: string; type: string };
  states: readonly WorkflowState[];
  /** A `passing` is still to be settled: the completed state may be the work of a write whose answer was lost. */
  owesPassing?: boolean;
  /** What the workspace wants of a status instead of the default. */
  mappedTo?: (status: Status) => Wish;
};

const first = (states: readonly WorkflowState[], fits: (state: WorkflowState) => boolean) =>
  states.filter(fits).sort((a, b) => a.position - b.position)[0];

/** Usual names of a review column, the most usual first. */
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
/** "Review" as a word of its own: "Preview" is no review column. */
const REVIEW_WORD = /(?<![\p{L}\p{N}])review(?![\p{L}\p{N}])/iu;

const reviewState = (states: readonly WorkflowState[]): WorkflowState | undefined => {
  const started = states.filter(({ type }) => type === 'started');
  for (const usual of REVIEW_NAMES) {
    const named = first(started, ({ name }) => sameName(name.trim(), usual));
    if (named) return named;
  }
  return first(started, ({ name }) => REVIEW_WORD.test(name));
};

/** A default counts only where nothing is mapped: it may be the opposite of what was asked for. */
const wanted = (situation: Situation, status: Status): WorkflowState | undefined => {
  const wish = situation.mappedTo?.(status) ?? { is: 'default' };
  if (wish.is === 'default') return target[status](situation);
  return wish.is === 'state' ? wish.state : undefined;
};

const target: Record<Status, (situation: Situation) => WorkflowState | undefined> = {
  // Only where our own write ended the issue, by a run that is over: what waits for work has to be open.
  pending: (situation) =>
    isOpen(situation.state.type)
      ? undefined
      : (target.failing(situation) ?? first(situation.states, ({ type }) => type === 'started')),
  // Any started column says "in progress": which one is the team's business.
  in_progress: ({ state, states }) =>
    state.type === 'started' ? undefined : first(states, ({ type }) => type === 'started'),
  passing: ({ states }) => first(states, ({ type }) => type === 'completed'),
  failing: ({ states }) => reviewState(states),
};

export type StatePlan = {
  moveTo?: string;
  /** The state the issue is left in, if that is as we want it or our own doing: ours to leave again later. */
  leftIn?: string;
  /** Somebody else ended the issue after our last write: it is theirs and stays where it is. */
  superseded: boolean;
  /** Why the issue stays where it is though a state is mapped, for people to read. */
  leftAlone?: string;
};

/** Where an issue has to go for its feature's latest status. */
export const planState = (situation: Situation): StatePlan => {
  const { state, status, owesPassing, ...trail } = situation;
  const to = wanted(situation, status);
  // A write of ours may have done it unseen, unless somebody else was seen to.
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
  `The issue stays where it is: its team has no state "${name}" any more, which \`${status}\` is mapped to. Map \`${status}\` to another state in the settings of the workspace.`;

/** What is known of how an issue came to stand where it does. */
export type Trail = {
  /** The state our last write left it in. */
  writtenStateId?: string | undefined;
  /** The state it was in when the latest status was settled, whoever put it there. */
  settledStateId?: string | undefined;
  /** Since then: where our own app was seen to move it, */
  echoStateId?: string | undefined;
  /** where somebody else was, */
  movedToStateId?: string | undefined;
  /** and where it landed with a move to another team. */
  carriedToStateId?: string | undefined;
};

/**
 * What a move that was seen leaves on the row. One by somebody else makes an echo before it a thing of the past; what
 * the poller remembers of our own place stands beside it and counts no more.
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
 * Whether it was us who put the issue where it is. Once somebody else was seen to move it, only a newer echo says so:
 * that it stands where we once left it does not.
 */
export const isOurs = (trail: Trail, { id }: { id: string }): boolean =>
  id === trail.echoStateId ||
  (trail.movedToStateId === undefined && (id === trail.writtenStateId || id === trail.carriedToStateId));

/** A write of ours whose answer was lost came through after a later one, and nobody touched the state since. */
export const cameLate = (
  { writtenStateId, echoStateId, movedToStateId }: Trail,
  state: { id: string },
): boolean =>
  writtenStateId !== undefined &&
  movedToStateId === undefined &&
  state.id === echoStateId &&
  state.id !== writtenStateId;

const WAITING = new Set(['triage', 'backlog', 'unstarted']);

/** Somebody moved it since the latest status was settled, and neither our own write nor a move to another team did. */
const isMovedByOthers = (trail: Trail, { id }: { id: string }): boolean =>
  id !== trail.echoStateId &&
  id !== trail.carriedToStateId &&
  (trail.movedToStateId !== undefined || (trail.settledStateId !== undefined && id !== trail.settledStateId));

/** Whether a human moved the issue of a finished feature back since it was settled, which asks for another go. */
export const asksForAnotherGo = (
  feature: Trail & { status: Status; statusSeq: number; writtenSeq: number; owed: object },
  state: { id: string; type: string },
): boolean =>
  (feature.status === 'passing' || feature.status === 'failing') &&
  feature.writtenSeq === feature.statusSeq &&
  Object.keys(feature.owed).length === 0 &&
  WAITING.has(state.type) &&
  isMovedByOthers(feature, state);
