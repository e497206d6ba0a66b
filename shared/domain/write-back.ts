import type { Status } from './feature.ts';
import { isOpen } from './issue.ts';
import type { Wish } from './status-map.ts';

/** A workflow state of a team; `position` orders the states of one type. */
export type WorkflowState = { id: string; name: string; type: string; position: number };

/** What decides the state an issue should be in. */
type Situation = {
  status: Status;
  /** The state in Linear, read just now. */
  state: { id: string; type: string };
  /** The state our last write left it in. */
  writtenStateId: string | undefined;
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
    const named = first(started, ({ name }) => name.trim().toLowerCase() === usual);
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
  /** The state the issue is left in as we want it: ours to leave again later. */
  leftIn?: string;
  /** Somebody else ended the issue after our last write: it is theirs and stays where it is. */
  superseded: boolean;
  /** Why the issue stays where it is though a state is mapped, for people to read. */
  leftAlone?: string;
};

/** Where an issue has to go for its feature's latest status. */
export const planState = (situation: Situation): StatePlan => {
  const { state, writtenStateId, status, owesPassing } = situation;
  const to = wanted(situation, status);
  if (to?.id === state.id) return { leftIn: to.id, superseded: false };
  const isOurs =
    state.id === writtenStateId || (owesPassing && state.id === wanted(situation, 'passing')?.id);
  if (!isOpen(state.type) && !isOurs) return { superseded: status !== 'pending' };
  if (to) return { moveTo: to.id, leftIn: to.id, superseded: false };
  const wish = situation.mappedTo?.(status);
  return wish?.is === 'gone'
    ? { superseded: false, leftAlone: goneState(status, wish.name) }
    : { superseded: false };
};

const goneState = (status: Status, name: string): string =>
  `The issue stays where it is: its team has no state "${name}" any more, which \`${status}\` is mapped to. Map \`${status}\` to another state in the settings of the workspace.`;

/** What a look knows of where an issue stands and how it got there. */
type Trail = {
  writtenStateId?: string | undefined;
  settledStateId?: string | undefined;
  echoStateId?: string | undefined;
};

/** A write of ours whose answer was lost came through after a later one, and nobody touched the state since. */
export const cameLate = ({ writtenStateId, echoStateId }: Trail, state: { id: string }): boolean =>
  writtenStateId !== undefined && state.id === echoStateId && state.id !== writtenStateId;

const WAITING = new Set(['triage', 'backlog', 'unstarted']);

/** Whether a human moved the issue of a finished feature back since it was settled, which asks for another go. */
export const asksForAnotherGo = (
  feature: Trail & { status: Status; statusSeq: number; writtenSeq: number; owed: object },
  state: { id: string; type: string },
): boolean =>
  (feature.status === 'passing' || feature.status === 'failing') &&
  feature.writtenSeq === feature.statusSeq &&
  Object.keys(feature.owed).length === 0 &&
  feature.settledStateId !== undefined &&
  state.id !== feature.settledStateId &&
  WAITING.has(state.type) &&
  !cameLate(feature, state);
