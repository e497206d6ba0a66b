import { changesApi } from './api/changes.ts';
import { issuesApi } from './api/issues.ts';
import { mutateApi } from './api/mutate.ts';
import { organizationApi } from './api/organization.ts';
import { pickApi } from './api/pick.ts';
import { projectsApi } from './api/projects.ts';
import { blockersApi } from './api/relations/blockers.ts';
import { relationsApi } from './api/relations/relations.ts';
import { linearSession, type OnUnreadable } from './api/session.ts';
import type { LinearClient } from './client.ts';

/**
 * What we request from Linear, one request for each call. `next` is the cursor of the next page. Every call throws
 * `LinearError` on failure. A snapshot's `seenAt` is our clock at the start of the request.
 */
export const linearApi = (
  client: LinearClient,
  access: { accessToken: string; now: () => number; onUnreadable?: OnUnreadable },
) => {
  const session = linearSession(client, access);
  return {
    ...organizationApi(session),
    ...projectsApi(session),
    ...issuesApi(session),
    ...changesApi(session),
    ...blockersApi(session),
    ...relationsApi(session),
    ...mutateApi(session),
    pick: pickApi(session),
  };
};

export type LinearApi = ReturnType<typeof linearApi>;
