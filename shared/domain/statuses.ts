/** The statuses of a feature, which a workspace maps to states of its teams. */
export const statuses = ['pending', 'in_progress', 'passing', 'failing'] as const;
export type Status = (typeof statuses)[number];
