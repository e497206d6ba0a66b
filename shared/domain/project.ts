/** What we keep of a Linear project, as it looked at `linearUpdatedAt` (Linear's clock, ISO). */
export type ProjectSnapshot = {
  linearProjectId: string;
  name: string;
  description: string;
  linearUrl: string;
  /** Linear's project status type: backlog, planned, started, paused, completed or canceled. */
  linearState: string;
  linearTeamIds: readonly string[];
  linearUpdatedAt: string;
  /** Archived or trashed in Linear. */
  archivedThere: boolean;
};

/** Archived here or there, a project imports nothing and hands nothing out. */
export const isActive = (project: { archivedHere: boolean; archivedThere: boolean }): boolean =>
  !(project.archivedHere || project.archivedThere);
