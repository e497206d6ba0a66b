import type { Projects } from '../data/projects.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { carriesLabel } from '../domain/feature.ts';
import { derivedId } from '../domain/ids.ts';
import type { Route } from '../domain/ingest.ts';
import type { IssueSnapshot } from '../domain/issue.ts';
import { isActive, projectByIssue } from '../domain/project.ts';
import { triggerOf } from '../domain/workspace.ts';
import { BoundedMap } from './bounded-map.ts';
import type { MirrorProjects } from './mirror-projects.ts';

/** How long a changed setting or an archived project may go unnoticed by ingestion. */
const CACHE_MS = 60_000;
/** Workspaces, and projects, one function remembers at a time. */
const KEPT = 5_000;

/** Keeps what a loader found, for a minute, and asks once for many; what it did not find is asked for again. */
const cached = <T>(load: (key: string) => Promise<T | undefined>, now: Now) => {
  const kept = new BoundedMap<{ value: Promise<T | undefined>; until: number }>(KEPT);
  return {
    get(key: string): Promise<T | undefined> {
      const hit = kept.get(key);
      if (hit && hit.until > now()) return hit.value;
      const value = load(key);
      kept.set(key, { value, until: now() + CACHE_MS });
      const forget = () => {
        if (kept.get(key)?.value === value) kept.delete(key);
      };
      value.then((found) => found ?? forget(), forget);
      return value;
    },
    forget: (key: string) => kept.delete(key),
  };
};

/** Finds the workspace of a Linear organization and the mirror of a Linear project; warm, without a read. */
export const routes = ({
  workspaces,
  projects,
  mirror,
  now,
}: {
  workspaces: Workspaces;
  projects: Projects;
  mirror: MirrorProjects;
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

  const mirrorOnTheSpot = async (workspace: WorkspaceRow, { project, teamId }: IssueSnapshot) => {
    if (!project) return undefined;
    await mirror.one(workspace.id, projectByIssue(project, teamId));
    return projectOf.get(project.id);
  };

  return {
    workspaceOf: (organizationId: string) => workspaceOf.get(organizationId),
    forgetWorkspace: (organizationId: string) => workspaceOf.forget(organizationId),
    forgetProject: (linearProjectId: string) => projectOf.forget(linearProjectId),

    /**
     * What decides about an issue. A project we never saw, of a labelled issue, is mirrored on the spot from the
     * little that the issue says of it; one of another workspace counts as none.
     */
    async routeOf(workspace: WorkspaceRow, issue: IssueSnapshot): Promise<Route> {
      const trigger = triggerOf(workspace);
      const found = issue.project ? await projectOf.get(issue.project.id) : undefined;
      const isUnknown = issue.project && !found && carriesLabel(issue, trigger);
      const project = isUnknown ? await mirrorOnTheSpot(workspace, issue) : found;
      return {
        workspaceId: workspace.id,
        ...trigger,
        project:
          project?.workspaceId === workspace.id ? { id: project.id, isActive: isActive(project) } : undefined,
      };
    },
  };
};

export type Routes = ReturnType<typeof routes>;
