import * as z from 'zod/mini';
import type { DeliveryContent } from '../../domain/mirror/delivery.ts';
import { indexable, type ProjectSnapshot } from '../../domain/mirror/project.ts';
import { id, text } from '../fields.ts';
import { notAfter, Timestamp } from '../timestamp.ts';
import type { Envelope } from './envelope.ts';

/** A project in a webhook body: the fields we map. */
export const ProjectPayload = z.object({
  id,
  name: z.string(),
  description: z.optional(z.nullable(z.string())),
  url: text(5_000),
  status: z.optional(z.nullable(z.object({ type: text(100) }))),
  teamIds: z.array(id).check(z.maxLength(1_000)),
  trashed: z.optional(z.nullable(z.boolean())),
  archivedAt: z.optional(z.nullable(z.string())),
  completedAt: z.optional(z.nullable(z.string())),
  canceledAt: z.optional(z.nullable(z.string())),
  updatedAt: Timestamp,
});

/** For webhook bodies without `status`: these times show whether the project is closed. */
const stateByTimes = ({
  canceledAt,
  completedAt,
}: Pick<z.output<typeof ProjectPayload>, 'canceledAt' | 'completedAt'>): string => {
  if (canceledAt) return 'canceled';
  return completedAt ? 'completed' : 'backlog';
};

export const projectSnapshotOf = (
  project: Omit<z.output<typeof ProjectPayload>, 'teamIds'>,
  { linearTeamIds, seenAt }: { linearTeamIds: readonly string[]; seenAt: string },
): ProjectSnapshot => ({
  linearProjectId: project.id,
  name: indexable(project.name),
  // Linear's own limit is 255 characters. A row may have 400 kB.
  description: (project.description ?? '').slice(0, 10_000).toWellFormed(),
  linearUrl: project.url,
  linearState: project.status?.type ?? stateByTimes(project),
  linearTeamIds,
  linearUpdatedAt: notAfter(project.updatedAt, seenAt),
  seenAt,
  archivedThere: Boolean(project.trashed || project.archivedAt),
});

/** What a webhook says about a project. */
export const readProject = ({ action, createdAt, data }: Envelope) => {
  const project = ProjectPayload.safeParse(data);
  if (!project.success) return undefined;
  const { teamIds, updatedAt } = project.data;
  const snapshot = projectSnapshotOf(project.data, { linearTeamIds: teamIds, seenAt: createdAt });
  const content: DeliveryContent = {
    is: 'project',
    project: action === 'remove' ? { ...snapshot, archivedThere: true } : snapshot,
  };
  return { content, editedAt: updatedAt };
};
