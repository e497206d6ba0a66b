/** A workflow state of a team; `position` orders the states of one type. */
export type WorkflowState = { id: string; name: string; type: string; position: number };

/** Linear's workflow state types. `duplicate` is closed, like `canceled`. */
type StateType = 'triage' | 'backlog' | 'unstarted' | 'started' | 'completed' | 'canceled' | 'duplicate';

/**
 * Whether an issue in a state of this type is open. A type that Linear adds later counts as open until it is listed.
 */
const open: Record<StateType, boolean> = {
  triage: true,
  backlog: true,
  unstarted: true,
  started: true,
  completed: false,
  canceled: false,
  duplicate: false,
};
export const isOpen = (type: string): boolean => open[type as StateType] ?? true;
