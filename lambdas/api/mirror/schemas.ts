import * as z from 'zod/mini';
import { closures } from '../../../shared/domain/mirror/project.ts';
import { listOf, page, record, text } from '../fields.ts';

export const ProjectsQuery = z.strictObject({ ...page, workspaceId: text(100) });

/** `PATCH /projects/{id}`: whether it is archived here. */
export const ProjectChanges = z.strictObject({ status: z.enum(['active', 'archived']) });

export const Project = z.object({
  id: z.string(),
  workspaceId: z.string(),
  name: z.string(),
  description: z.string(),
  status: z.enum(['active', 'archived']),
  /** Why it imports no new issues and hands out no features; absent while it is open. */
  closed: z.optional(z.enum(closures)),
  /** Linear's project status type, such as `started`. */
  linearState: z.string(),
  linearProjectId: z.string(),
  linearProjectName: z.string(),
  linearUrl: z.string(),
  linearTeamIds: z.array(z.string()),
  ...record,
});

export const projectBodies = { ProjectChanges };

export const projectAnswers = { Project, ProjectList: listOf(Project) };
