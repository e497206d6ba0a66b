import type { Projects } from '../data/projects.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { derivedId } from '../domain/ids.ts';
import type { Route } from '../domain/ingest.ts';
import { isActive } from '../domain/project.ts';
import { triggerOf } from '../domain/workspace.ts';

/** How long a changed setting or an archived project may go unnoticed by ingestion. */
const CACHE_MS = 60_000;

/** Keeps what a loader found, for a minute; what it did not find is asked for again each time. */
const cached = <T>(load: (key: string) => Promise<T | undefined>, now: Now) => {
  const kept = new Map<string, { value: T; until: number }>();
  return {
    async get(key: string): Promise<T | undefined> {
      const hit = kept.get(key);
      if (hit && hit.until > now()) return hit.value;
      const value = await load(key);
      if (value === undefined) kept.delete(key);
      else kept.set(key, { value, until: now() + CACHE_MS });
      return value;
    },
    forget: (key: string) => kept.delete(key),
  };
};

/** Finds the workspace of a Linear organization and the mirror of a Linear project; warm, without a read. */
export const routes = ({
  workspaces,
  projects,
  now,
}: {
  workspaces: Workspaces;
  projects: Projects;
  now: Now;
}) => {
  const workspaceOf = cached(async (organizationId) => {
    const derived = await workspaces.get(derivedId('workspace', organizationId));
    if (derived) return derived;
    const id = await workspaces.idByLinearOrganization(organizationId);
    return id === undefined ? undefined : workspaces.get(id);
  }, now);
  const projectOf = cached(async (linearProjectId) => {
    const derived = await projects.get(derivedId('project', linearProjectId));
    if (derived) return derived;
    const id = await projects.idByLinearProject(linearProjectId);
    return id === undefined ? undefined : projects.get(id);
  }, now);

  return {
    workspaceOf: (organizationId: string) => workspaceOf.get(organizationId),
    forgetWorkspace: (organizationId: string) => workspaceOf.forget(organizationId),
    forgetProject: (linearProjectId: string) => projectOf.forget(linearProjectId),

    /** A project of another workspace counts as none. */
    async routeOf(workspace: WorkspaceRow, linearProjectId: string | null): Promise<Route> {
      const project = linearProjectId === null ? undefined : await projectOf.get(linearProjectId);
      return {
        workspaceId: workspace.id,
        ...triggerOf(workspace),
        project:
          project?.workspaceId === workspace.id ? { id: project.id, isActive: isActive(project) } : undefined,
      };
    },
  };
};

export type Routes = ReturnType<typeof routes>;
