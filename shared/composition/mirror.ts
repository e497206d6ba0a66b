import type { Now } from '../domain/clock.ts';
import { applyIssue } from '../use-cases/mirror/apply-issue.ts';
import { applyIssues } from '../use-cases/mirror/apply-issues.ts';
import { knownIssues } from '../use-cases/mirror/known-issues.ts';
import { mirrorProjects } from '../use-cases/mirror/mirror-projects.ts';
import { placements } from '../use-cases/mirror/placements.ts';
import type { MirrorStores } from './mirror-stores.ts';
import type { Stores } from './stores.ts';

type Outside = MirrorStores & { now: Now };

/** What brings Linear's projects and issues into rows. Its caches live as long as it does. */
export const mirror = ({ workspaces, projects, features, now }: Outside) => {
  const projectMirror = mirrorProjects({ projects, workspaces, now });
  return {
    mirror: projectMirror,
    placements: placements({ workspaces, projects, mirror: projectMirror, now }),
    apply: applyIssue({ features, now }),
  };
};

/** The same for reading Linear page by page. */
export const pagedMirror = (outside: Outside & Pick<Stores, 'features'>) => {
  const deps = { ...outside, ...mirror(outside) };
  return { ...deps, applyIssues: applyIssues(deps), knownIssues: knownIssues(deps) };
};
