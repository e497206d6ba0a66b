import { nextOf } from '../pages.ts';
import * as operations from './operations.ts';
import type { Session } from './session.ts';
import { type ProjectBatch, projectBatch } from './snapshots.ts';

export const projectsApi = (session: Session) => ({
  /** One page of all projects, the most recently changed first. */
  async projects(after?: string): Promise<ProjectBatch & { next: string | undefined }> {
    const seenAt = session.clock();
    const { projects } = await session.execute(operations.projects, { after });
    return { ...(await projectBatch(session, projects.nodes, seenAt)), next: nextOf(projects.pageInfo) };
  },

  /** Which of up to 250 projects exist in Linear. */
  async projectsThere(projectIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { projects } = await session.execute(operations.projectsById, { projectIds });
    return new Set(projects.nodes.map(({ id }) => id));
  },
});
