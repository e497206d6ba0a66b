import type { Db } from '../data/client.ts';
import { featuresTable } from '../data/features/features.ts';
import { projectsTable } from '../data/mirror/projects.ts';
import type { Workspaces } from '../data/workspaces/workspaces.ts';
import { applyIssue } from '../use-cases/mirror/apply-issue.ts';
import { applyIssues } from '../use-cases/mirror/apply-issues.ts';
import { knownIssues } from '../use-cases/mirror/known-issues.ts';
import { mirrorProjects } from '../use-cases/mirror/mirror-projects.ts';
import { routes } from '../use-cases/mirror/routes.ts';

type IngestionEnv = { PROJECTS_TABLE: string; FEATURES_TABLE: string };
type Around = { workspaces: Workspaces; now: () => number };

/** What every function needs that brings Linear's issues into rows, made once at its cold start. */
export const ingestion = (db: Db, env: IngestionEnv, { workspaces, now }: Around) => {
  const projects = projectsTable(db, env.PROJECTS_TABLE);
  const features = featuresTable(db, env.FEATURES_TABLE);
  const mirror = mirrorProjects({ projects, workspaces, now });
  const route = routes({ workspaces, projects, mirror, now });
  return { projects, features, mirror, routes: route, apply: applyIssue({ features, now }) };
};

/** The same with what it takes to read them from Linear page by page. */
export const pagedIngestion = (db: Db, env: IngestionEnv, around: Around) => {
  const deps = { ...ingestion(db, env, around), now: around.now };
  return { ...deps, applyIssues: applyIssues(deps), knownIssues: knownIssues(deps) };
};
