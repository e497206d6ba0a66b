import { batched } from '../../batched.ts';
import type { ListedFeature } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import { awaitsAnnouncement, dispatchIdOf, dispatchRunId } from '../../domain/features/dispatch.ts';
import { isListed } from '../../domain/features/feature.ts';
import { isActive } from '../../domain/mirror/project.ts';
import { dispatchMs } from '../../domain/workspaces/settings.ts';
import type { EventBus } from '../../runtime/event-bus.ts';

/** EventBridge takes at most 10 events, or 256 kB, in one request. */
const EVENTS_A_REQUEST = 10;
const BYTES_A_REQUEST = 200_000;
/** A title is far below this, but an issue may have hundreds of labels with long names. */
const BYTES_WITH_LABELS = 50_000;

type Deps = {
  features: Features;
  projects: Pick<Projects, 'getMany'>;
  bus: EventBus;
  now: Now;
};

/** The event for a ready feature: what an orchestrator needs to choose and take it, and no secret. */
const featureReady = (workspace: WorkspaceRow, row: ListedFeature) => {
  const dispatchId = dispatchIdOf(row);
  const { description: _, descriptionTruncated: __, name, priority, category, ...issue } = row.issue;
  const event = {
    dispatchId,
    runId: dispatchRunId(dispatchId),
    readyAt: row.readyAt,
    workspace: { id: workspace.id, linearOrganizationId: workspace.linearOrganizationId },
    project: { id: row.projectId },
    feature: { id: row.id, name, priority, category },
    // Without the description, which may be longer than an event. `GET /features/{id}` has it.
    issue: { id: row.linearIssueId, updatedAt: row.linearUpdatedAt, ...issue },
  };
  return bytesOf(event) <= BYTES_WITH_LABELS
    ? event
    : { ...event, feature: { ...event.feature, category: '' }, issue: { ...event.issue, labels: [] } };
};

const bytesOf = (event: object): number => Buffer.byteLength(JSON.stringify(event));

type Announcement = { row: ListedFeature; event: object };

const inRequests = (announcements: readonly Announcement[]): Announcement[][] =>
  batched(announcements, {
    size: EVENTS_A_REQUEST,
    weight: ({ event }) => bytesOf(event),
    most: BYTES_A_REQUEST,
  });

/**
 * Announces those of the features that are ready and not announced yet, by their rows and projects as they are now.
 * Each readiness is always announced under the same id. What the bus did not take stays due. Answers how many it took.
 */
export const dispatch =
  ({ features, projects, bus, now }: Deps) =>
  async (workspace: WorkspaceRow, ids: readonly string[]): Promise<number> => {
    if (ids.length === 0) return 0;
    const rows = (await features.getMany(ids)).filter(isListed).filter(awaitsAnnouncement);
    const theirProjects = await projects.getMany([...new Set(rows.map(({ projectId }) => projectId))]);
    const isActiveById = new Map(theirProjects.map((project) => [project.id, isActive(project)]));
    const again = dispatchMs(workspace.settings);

    // They need not stay due: when the project is active again, its import makes them due (apply-issues.ts).
    for (const row of rows.filter(({ projectId }) => isActiveById.get(projectId) === false))
      await features.rest(row);

    const open = rows.filter(({ projectId }) => isActiveById.get(projectId));
    let announced = 0;
    for (const some of inRequests(open.map((row) => ({ row, event: featureReady(workspace, row) })))) {
      const taken = await bus.put(
        'FeatureReady',
        some.map(({ event }) => event),
      );
      const accepted = some.filter((_, index) => taken[index]);
      for (const { row } of accepted) await features.announced(row, now() + again, now());
      announced += accepted.length;
    }
    return announced;
  };

export type Dispatch = ReturnType<typeof dispatch>;
