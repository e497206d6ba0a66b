import type { ListedFeature } from '../data/feature-row.ts';
import type { Features } from '../data/features.ts';
import type { Projects } from '../data/projects.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Now } from '../domain/clock.ts';
import { dispatchIdOf, dispatchRunId } from '../domain/dispatch.ts';
import { isListed } from '../domain/feature.ts';
import { isActive } from '../domain/project.ts';
import { dispatchMs } from '../domain/workspace.ts';
import type { EventBus } from '../runtime/event-bus.ts';

/** EventBridge takes this many events in one request. */
const EVENTS_A_REQUEST = 10;

type Deps = {
  features: Features;
  projects: Pick<Projects, 'getMany'>;
  bus: EventBus;
  now: Now;
};

/** What is announced of a ready feature: whatever an orchestrator needs to choose and take it, and no secret. */
const featureReady = (workspace: WorkspaceRow, row: ListedFeature) => {
  const dispatchId = dispatchIdOf(row);
  const { description: _, descriptionTruncated: __, name, priority, category, ...issue } = row.issue;
  return {
    dispatchId,
    runId: dispatchRunId(dispatchId),
    readyAt: row.readyAt,
    workspace: { id: workspace.id, linearOrganizationId: workspace.linearOrganizationId },
    project: { id: row.projectId },
    feature: { id: row.id, name, priority, category },
    // Its description may be longer than an event: `GET /features/{id}` has it.
    issue: { id: row.linearIssueId, updatedAt: row.linearUpdatedAt, title: name, ...issue },
  };
};

/**
 * Announces ready features that were not yet, always under the same id. Decided from the rows and projects as
 * they stand; what the bus did not take stays due. Answers how many it took.
 */
export const dispatch =
  ({ features, projects, bus, now }: Deps) =>
  async (workspace: WorkspaceRow, ids: readonly string[]): Promise<number> => {
    if (ids.length === 0) return 0;
    const rows = (await features.getMany(ids)).filter(isListed).filter(isOwed);
    const around = await projects.getMany([...new Set(rows.map(({ projectId }) => projectId))]);
    const active = new Set(around.filter(isActive).map(({ id }) => id));
    const again = dispatchMs(workspace.settings);

    // Nothing tells when a project is taken up again, so its features are looked at now and then.
    for (const row of rows.filter(({ projectId }) => !active.has(projectId)))
      await features.postpone(row, now() + again);

    const open = rows.filter(({ projectId }) => active.has(projectId));
    let announced = 0;
    for (let start = 0; start < open.length; start += EVENTS_A_REQUEST) {
      const some = open.slice(start, start + EVENTS_A_REQUEST);
      const taken = await bus.put(
        'FeatureReady',
        some.map((row) => featureReady(workspace, row)),
      );
      const told = some.filter((_, index) => taken[index]);
      for (const row of told) await features.announced(row, now() + again, now());
      announced += told.length;
    }
    return announced;
  };

const isOwed = (row: ListedFeature): boolean =>
  row.status === 'pending' &&
  row.withdrawn === undefined &&
  row.claimAt === undefined &&
  row.readyAt !== undefined &&
  row.announcedSeq < row.readySeq;

export type Dispatch = ReturnType<typeof dispatch>;
