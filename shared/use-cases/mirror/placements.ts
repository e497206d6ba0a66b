import { BoundedMap } from '../../bounded-map.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import type { Placement } from '../../domain/features/placement.ts';
import { derivedId } from '../../domain/ids.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { closureOf, isActive, projectByIssue } from '../../domain/mirror/project.ts';
import { carriesLabel } from '../../domain/mirror/trigger.ts';
import { triggerOf } from '../../domain/workspaces/trigger.ts';
import type { MirrorProjects } from './mirror-projects.ts';

/** How long a delivery or a read may not notice a changed setting or an archived project. */
const CACHE_MS = 60_000;
/** How many workspaces, and projects, one function keeps. There is a limit because their keys come from outside. */
const KEPT = 5_000;

/**
 * How long a delivery or a read may not notice a connection or project that is new. What a new connection's
 * deliveries say meanwhile is newer than the watermark of its first sync, so the reconcile reads it.
 */
const ABSENT_MS = 10_000;

/**
 * Caches what a loader found for a minute, or for ten seconds if it is absent or may soon change. Concurrent reads
 * share one load.
 */
const cached = <T>(
  load: (key: string) => Promise<T | undefined>,
  { now, isSettled = () => true }: { now: Now; isSettled?: (found: T) => boolean },
) => {
  const kept = new BoundedMap<{ value: Promise<T | undefined>; until: number }>(KEPT);
  return {
    get(key: string): Promise<T | undefined> {
      const hit = kept.get(key);
      if (hit && hit.until > now()) return hit.value;
      const value = load(key);
      const mine = { value, until: now() + CACHE_MS };
      kept.set(key, mine);
      value.then(
        (found) => {
          if (found === undefined || !isSettled(found)) mine.until = now() + ABSENT_MS;
        },
        () => {
          if (kept.get(key) === mine) kept.delete(key);
        },
      );
      return value;
    },
    forget: (key: string) => kept.delete(key),
  };
};

/** Whether nobody has to connect it again or probe it. */
const isConnected = ({ connection, revokedAt }: WorkspaceRow): boolean =>
  connection !== 'disconnected' && revokedAt === undefined;

/** Finds the workspace of a Linear organization and the mirror of a Linear project, usually without a read. */
export const placements = ({
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
  const workspaceOf = cached(
    async (organizationId) => {
      const derived = await workspaces.get(derivedId('workspace', organizationId));
      if (derived) return derived;
      const id = await workspaces.idByLinearOrganization(organizationId);
      return id === undefined ? undefined : workspaces.get(id);
    },
    { now, isSettled: isConnected },
  );
  const projectOf = cached(
    async (linearProjectId) => {
      const derived = await projects.get(derivedId('project', linearProjectId));
      if (derived) return derived;
      const id = await projects.idByLinearProject(linearProjectId);
      return id === undefined ? undefined : projects.get(id);
    },
    { now },
  );

  const mirrorOnTheSpot = async (workspace: WorkspaceRow, { project, teamId }: IssueSnapshot) => {
    if (!project) return undefined;
    await mirror.one(workspace.id, projectByIssue(project, teamId));
    projectOf.forget(project.id);
    return projectOf.get(project.id);
  };

  return {
    workspaceOf: (organizationId: string) => workspaceOf.get(organizationId),
    forgetWorkspace: (organizationId: string) => workspaceOf.forget(organizationId),
    forgetProject: (linearProjectId: string) => projectOf.forget(linearProjectId),

    /**
     * What decides whether an issue is ours. Its project matters only if it has the label, so it is not read
     * otherwise. A project that we never saw is mirrored from the few fields on the issue. A project of another
     * workspace is ignored.
     */
    async placementOf(workspace: WorkspaceRow, issue: IssueSnapshot): Promise<Placement> {
      const trigger = triggerOf(workspace);
      const needed = carriesLabel(issue, trigger) ? issue.project : null;
      const found = needed ? await projectOf.get(needed.id) : undefined;
      const project = needed && !found ? await mirrorOnTheSpot(workspace, issue) : found;
      return {
        workspaceId: workspace.id,
        ...trigger,
        project:
          project?.workspaceId === workspace.id
            ? { id: project.id, isActive: isActive(project), closure: closureOf(project) }
            : undefined,
      };
    },
  };
};

export type Placements = ReturnType<typeof placements>;
