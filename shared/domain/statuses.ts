/** The statuses of a feature. A workspace can map each to a workflow state of its teams. */
export const statuses = ['pending', 'in_progress', 'passing', 'failing'] as const;
export type Status = (typeof statuses)[number];
