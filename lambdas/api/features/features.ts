import { derivedId } from '../../../shared/domain/ids.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json, jsonBody } from '../../../shared/runtime/http.ts';
import { cursorsOf } from '../cursor.ts';
import type { Operations } from '../operation.ts';
import { idOf, queryOf, takesNothing } from '../request.ts';
import { presentFeature, presentListedFeature } from './present.ts';
import { FeaturesQuery, IssueToImport } from './schemas.ts';

export const featureOperations = {
  'GET /projects/{id}/features': {
    summary:
      'Lists the features of a project, most urgent first. Withdrawn features are included unless `withdrawn=false`. A page may have fewer items than `limit` and still have a next page',
    query: FeaturesQuery,
    answers: { 200: 'FeatureList' },
    handle: async (event, { authorize, features }) => {
      const { limit, cursor, status, ...only } = parseInput(FeaturesQuery, queryOf(event), 'The query');
      const place = await authorize.project(caller(event), idOf(event));
      const { id } = place.project;
      const cursors = cursorsOf(`features:${id}`, { projectId: id }, ['listKey', 'id']);
      const { items, next } = await features.listByProject(id, { limit, start: cursors.decode(cursor) });
      // Filtered within the page, so a page may be short, or empty, and still have a next one.
      const shown = items
        .map((row) => presentListedFeature(row, place))
        .filter((feature) => status === undefined || feature.status === status)
        .filter(({ ready }) => only.ready === undefined || String(ready) === only.ready)
        .filter(({ claimable }) => only.claimable === undefined || String(claimable) === only.claimable)
        .filter(
          ({ withdrawn }) => only.withdrawn === undefined || String(Boolean(withdrawn)) === only.withdrawn,
        );
      return json(200, { items: shown, nextCursor: cursors.encode(next) });
    },
  },

  'POST /features/from-linear': {
    summary: 'Reads an issue from Linear and creates its feature. Answers 200 if the feature exists already',
    body: 'IssueToImport',
    answers: { 200: 'Feature', 201: 'Feature' },
    conflict: 'The issue does not qualify, or the workspace is not connected.',
    handle: async (event, { authorize, features, fromLinear }) => {
      const { projectId, linearIssueId } = parseInput(IssueToImport, jsonBody(event), 'The issue');
      const place = await authorize.project(caller(event), projectId);
      const { feature, isNew } = await fromLinear(place.workspace, linearIssueId, projectId);
      return json(isNew ? 201 : 200, presentFeature(feature, features.descriptionOf(feature), place));
    },
  },

  'PATCH /features/{id}/from-linear': {
    summary: 'Reads the issue of a feature from Linear again',
    answers: { 200: 'Feature' },
    conflict: 'The issue no longer qualifies, or the workspace is not connected.',
    handle: async (event, { authorize, features, fromLinear }) => {
      const { feature, workspace } = await authorize.feature(caller(event), idOf(event));
      takesNothing(event);
      await fromLinear(workspace, feature.linearIssueId);
      const read = await authorize.feature(caller(event), feature.id);
      return json(200, presentFeature(read.feature, features.descriptionOf(read.feature), read));
    },
  },

  'GET /features/{id}': {
    summary: 'Returns one feature',
    answers: { 200: 'Feature' },
    handle: async (event, { authorize, features }) => {
      const { feature, ...place } = await authorize.feature(caller(event), idOf(event));
      return json(200, presentFeature(feature, features.descriptionOf(feature), place));
    },
  },

  'GET /features/by-linear-issue/{linearIssueId}': {
    summary: 'Returns the feature of a Linear issue',
    answers: { 200: 'Feature' },
    handle: async (event, { authorize, features }) => {
      const id = derivedId('feature', idOf(event, 'linearIssueId'));
      const { feature, ...place } = await authorize.feature(caller(event), id);
      return json(200, presentFeature(feature, features.descriptionOf(feature), place));
    },
  },
} satisfies Operations;
