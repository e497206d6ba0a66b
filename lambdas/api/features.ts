import { isListed } from '../../shared/domain/feature.ts';
import { notFound } from '../../shared/errors.ts';
import { parseInput } from '../../shared/parse.ts';
import { caller, json, jsonBody } from '../../shared/runtime/http.ts';
import { access } from './access.ts';
import type { ApiDeps, Handlers } from './deps.ts';
import { presentFeature } from './present.ts';
import { idOf } from './request.ts';
import { StatusReport } from './schemas.ts';

export const featureRoutes = (deps: ApiDeps) => {
  const { features, report } = deps;
  const visible = access(deps);

  return {
    'GET /features/{id}': async (event) => {
      const { feature, ...around } = await visible.feature(caller(event), idOf(event));
      return json(200, presentFeature(feature, features.descriptionOf(feature), around));
    },

    'PATCH /features/{id}/status': async (event) => {
      const { feature, ...around } = await visible.feature(caller(event), idOf(event));
      await report(feature, parseInput(StatusReport, jsonBody(event), 'The report'));
      const reported = await features.get(feature.id);
      if (!reported || !isListed(reported)) throw notFound('feature');
      return json(200, presentFeature(reported, features.descriptionOf(reported), around));
    },
  } satisfies Handlers;
};
