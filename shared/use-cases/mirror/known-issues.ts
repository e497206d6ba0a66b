import type { FeatureRow } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { Projects } from '../../data/mirror/projects.ts';

/** Each project costs a query even without features, so a page of known issues ends after this many, even empty. */
const PROJECTS_A_PAGE = 25;

type Key = Record<string, string>;
/** A place among the known issues: after `project`, and in the next project after `feature`. */
type Position = { project?: Key | undefined; feature?: Key | undefined };

type Deps = { projects: Projects; features: Features };

/** Pages through the features of a workspace, project by project, or of one project. */
export const knownIssues =
  ({ projects, features }: Deps) =>
  async (
    { workspaceId, projectId }: { workspaceId: string; projectId?: string | undefined },
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ): Promise<{ rows: FeatureRow[]; cursor: string | undefined }> => {
    let place: Position = cursor === undefined ? {} : JSON.parse(cursor);
    const ids: string[] = [];
    const page = async () =>
      features.getMany(ids).then((rows) => rows.filter((row) => row.workspaceId === workspaceId));
    const stopAt = async (at: Position | undefined) => ({
      rows: await page(),
      cursor: at && JSON.stringify(at),
    });

    const { items: keys, next } = projectId
      ? { items: [{ id: projectId }], next: undefined }
      : await projects.keysByWorkspace(workspaceId, { limit: PROJECTS_A_PAGE, start: place.project });
    for (const key of keys) {
      const left = limit - ids.length;
      if (left === 0) return stopAt(place);
      // A project that was renamed meanwhile is elsewhere in the list, and a place within it is not one in another.
      const start = place.feature?.projectId === key.id ? place.feature : undefined;
      const found = await features.keysByProject(String(key.id), { limit: left, start });
      ids.push(...found.items.map(({ id }) => String(id)));
      if (found.next) return stopAt({ ...place, feature: found.next });
      place = { project: key };
    }
    return stopAt(next ? place : undefined);
  };

export type KnownIssues = ReturnType<typeof knownIssues>;
