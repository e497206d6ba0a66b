import { isListed } from '../../../shared/domain/features/feature.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { leaseEnd } from '../../../shared/domain/workspaces/settings.ts';
import { notFound } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json, jsonBody, noContent } from '../../../shared/runtime/http.ts';
import { access } from '../access.ts';
import type { ApiDeps, Handlers } from '../deps.ts';
import { presentClaimed, presentFeature, type Surroundings } from '../present.ts';
import { idOf, takesNothing } from '../request.ts';
import { IssueToImport, Release, StatusReport } from '../schemas.ts';

export const featureRoutes = (deps: ApiDeps) => {
  const { features, report, claim, fromLinear, release, now } = deps;
  const visible = access(deps);

  /** A feature as it is after what was done to it. */
  const current = async (id: string, around: Surroundings) => {
    const row = await features.get(id);
    if (!row || !isListed(row)) throw notFound('feature');
    return json(200, presentFeature(row, features.descriptionOf(row), { ...around, now: now() }));
  };

  return {
    'POST /projects/{id}/features/claim': async (event) => {
      const around = await visible.project(caller(event), idOf(event));
      takesNothing(event);
      const claimed = await claim(around.workspace, around.project);
      if (!claimed) return noContent();
      return json(200, presentClaimed(claimed, features.descriptionOf(claimed.feature), around));
    },

    'POST /features/from-linear': async (event) => {
      const { projectId, linearIssueId } = parseInput(IssueToImport, jsonBody(event), 'The issue');
      const around = await visible.project(caller(event), projectId);
      const { feature, isNew } = await fromLinear(around.workspace, linearIssueId, projectId);
      return json(isNew ? 201 : 200, presentFeature(feature, features.descriptionOf(feature), around));
    },

    'PATCH /features/{id}/from-linear': async (event) => {
      const { feature, workspace } = await visible.feature(caller(event), idOf(event));
      takesNothing(event);
      await fromLinear(workspace, feature.linearIssueId);
      const read = await visible.feature(caller(event), feature.id);
      return json(200, presentFeature(read.feature, features.descriptionOf(read.feature), read));
    },

    'GET /features/by-linear-issue/{linearIssueId}': async (event) => {
      const id = derivedId('feature', idOf(event, 'linearIssueId'));
      const { feature, ...around } = await visible.feature(caller(event), id);
      return json(200, presentFeature(feature, features.descriptionOf(feature), around));
    },

    'GET /features/{id}': async (event) => {
      const { feature, ...around } = await visible.feature(caller(event), idOf(event));
      return json(200, presentFeature(feature, features.descriptionOf(feature), around));
    },

    'PATCH /features/{id}/status': async (event) => {
      const { feature, ...around } = await visible.feature(caller(event), idOf(event));
      const said = parseInput(StatusReport, jsonBody(event), 'The report');
      await report(feature, said, leaseEnd(around.workspace.settings, now()));
      return current(feature.id, around);
    },

    'POST /features/{id}/release': async (event) => {
      const { feature, ...around } = await visible.feature(caller(event), idOf(event));
      await release(feature, parseInput(Release, jsonBody(event), 'The release').runId);
      return current(feature.id, around);
    },
  } satisfies Handlers;
};
