import { isListed } from '../../shared/domain/feature.ts';
import { leaseEnd } from '../../shared/domain/workspace.ts';
import { notFound } from '../../shared/errors.ts';
import { parseInput } from '../../shared/parse.ts';
import { caller, json, jsonBody, noContent } from '../../shared/runtime/http.ts';
import { access } from './access.ts';
import type { ApiDeps, Handlers } from './deps.ts';
import { presentFeature, type Surroundings } from './present.ts';
import { idOf, takesNothing } from './request.ts';
import { Release, StatusReport } from './schemas.ts';

export const featureRoutes = (deps: ApiDeps) => {
  const { features, report, claim, release, now } = deps;
  const visible = access(deps);

  /** A feature as it is after what was done to it. */
  const current = async (id: string, around: Surroundings) => {
    const row = await features.get(id);
    if (!row || !isListed(row)) throw notFound('feature');
    return json(200, presentFeature(row, features.descriptionOf(row), around));
  };

  return {
    'POST /projects/{id}/features/claim': async (event) => {
      const around = await visible.project(caller(event), idOf(event));
      takesNothing(event);
      const claimed = await claim(around.workspace, around.project);
      if (!claimed) return noContent();
      const { feature, leaseUntil } = claimed;
      return json(200, { ...presentFeature(feature, features.descriptionOf(feature), around), leaseUntil });
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
