import * as z from 'zod/mini';
import type { ProjectSnapshot } from '../../domain/mirror/project.ts';
import { id } from '../fields.ts';
import { ProjectPayload, projectSnapshotOf } from '../webhook/project.ts';

/** The same project as `projectFields` selects it over GraphQL. */
export const ProjectNode = z.object({
  ...ProjectPayload.shape,
  teamIds: z.optional(z.unknown()),
  teams: z.object({ nodes: z.array(z.object({ id })).check(z.maxLength(250)) }),
});
export type ProjectNode = z.output<typeof ProjectNode>;

/** How many teams `projectFields` selects. Projects with this many or more are rare and read again (`teamsOf`). */
export const TEAMS_AT_ONCE = 5;

/**
 * Kept short: 250 projects with these fields stay below 2,500 points. Asking whether there are more teams would
 * double that.
 */
export const projectFields = `
  id name description url updatedAt archivedAt trashed status { type } 
  teams(first: ${TEAMS_AT_ONCE}) { nodes { id } }`;

/** A project as we read it; `seenAt` is our clock at the start of the request. */
export const projectFromNode = (
  node: ProjectNode,
  seenAt: string,
  teams: readonly { id: string }[] = node.teams.nodes,
): ProjectSnapshot => projectSnapshotOf(node, { linearTeamIds: teams.map(({ id }) => id), seenAt });
