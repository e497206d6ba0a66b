import { isListed } from '../../../shared/domain/features/feature.ts';
import { leaseEnd } from '../../../shared/domain/workspaces/settings.ts';
import { notFound } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json, jsonBody, noContent } from '../../../shared/runtime/http.ts';
import type { Place } from '../authorization.ts';
import type { ApiContext } from '../deps.ts';
import type { Operations } from '../operation.ts';
import { idOf, takesNothing } from '../request.ts';
import { presentClaimed, presentFeature } from './present.ts';
import { Release, StatusReport } from './schemas.ts';

/** Answers a feature as it is after a change. */
const changed = async (id: string, place: Place, { features, now }: ApiContext) => {
  const row = await features.get(id);
  if (!row || !isListed(row)) throw notFound('feature');
  return json(200, presentFeature(row, features.descriptionOf(row), { ...place, now: now() }));
};

/** What an orchestrator does with features: it takes them, reports on them and gives them back. */
export const runOperations = {
  'POST /projects/{id}/features/claim': {
    summary:
      'Hands out the most urgent claimable feature under a lease, with a new run. Among equally urgent ones, those that most others wait for come first. Answers 204 if there is none',
    answers: { 200: 'ClaimedFeature', 204: 'nothing' },
    conflict:
      'The project is archived, completed or canceled. Or the workspace is not connected, or it announces its features (`dispatch: push`).',
    handle: async (event, { authorize, features, claim }) => {
      const place = await authorize.project(caller(event), idOf(event));
      takesNothing(event);
      const claimed = await claim(place.workspace, place.project);
      if (!claimed) return noContent();
      return json(200, presentClaimed(claimed, features.descriptionOf(claimed.feature), place));
    },
  },

  'PATCH /features/{id}/status': {
    summary:
      'Reports the status of a run. Sending the same report again only extends the lease. A `prUrl` is linked to the issue, for `failing` as well as for `passing`',
    body: 'StatusReport',
    answers: { 200: 'Feature' },
    conflict:
      'The current state, which `detail` names, does not allow the report. Or too much of this feature is still to be written to Linear: the texts of all its unwritten outcomes may take 90,000 bytes, compressed. A single report that takes more is a 413.',
    handle: async (event, context) => {
      const { authorize, report, now } = context;
      const { feature, ...place } = await authorize.feature(caller(event), idOf(event));
      const said = parseInput(StatusReport, jsonBody(event), 'The report');
      await report(feature, said, leaseEnd(place.workspace.settings, now()));
      return changed(feature.id, place, context);
    },
  },

  'POST /features/{id}/release': {
    summary: 'Gives back a feature that its run does not finish',
    body: 'Release',
    answers: { 200: 'Feature' },
    conflict: 'The run does not hold the feature. `detail` names the current state.',
    handle: async (event, context) => {
      const { feature, ...place } = await context.authorize.feature(caller(event), idOf(event));
      await context.release(feature, parseInput(Release, jsonBody(event), 'The release').runId);
      return changed(feature.id, place, context);
    },
  },
} satisfies Operations;
