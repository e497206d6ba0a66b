/** A workflow state of a team; `position` orders the states of one type. */
export type WorkflowState = { id: string; name: string; type: string; position: number };

/** Linear's workflow state types. `duplicate` is an end like `canceled`. */
type StateType = 'triage' | 'backlog' | 'unstarted' | 'started' | 'completed' | 'canceled' | 'duplicate';

/** Whether an issue in such a state is still to be worked on. A type Linear adds later counts as open until mapped. */
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
