import type { SiteRow } from '../../../shared/data/planning/site-row.ts';
import { type SiteProblem, siteProblems } from '../../../shared/domain/planning/site.ts';
import { isPaused } from '../../../shared/domain/workspaces/pause.ts';
import { notFound } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json, jsonBody, noContent } from '../../../shared/runtime/http.ts';
import type { Operations } from '../operation.ts';
import { idOf, takesNothing } from '../request.ts';
import { type ConfluenceSite, SiteToConnect } from './site-schemas.ts';

const reasonOf = (problem: SiteProblem): ConfluenceSite['reason'] => {
  const { says, mend } = siteProblems[problem];
  return { code: problem, message: says, mend };
};

/** What callers see of a site: never its credential. */
const presentSite = (row: SiteRow, now: number): ConfluenceSite => ({
  siteUrl: row.siteUrl,
  cloudId: row.cloudId,
  authType: row.authType,
  account: row.accountId ? { id: row.accountId, name: row.accountName ?? row.accountId } : undefined,
  spaces: row.spaces,
  state: row.state,
  reason: row.problem && reasonOf(row.problem),
  pausedUntil: isPaused(row, now) ? row.pausedUntil : undefined,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

export const siteOperations = {
  'PUT /workspaces/{id}/confluence': {
    summary:
      'Connects the workspace to a Confluence site, in place of the one before, after the credential and the spaces have been tried. Only the owner may do this',
    body: 'SiteToConnect',
    answers: { 200: 'ConfluenceSite' },
    conflict: 'Somebody else connected or disconnected a site of the workspace at the same time.',
    handle: async (event, { authorize, connectSite, now }) => {
      const sub = caller(event);
      const workspace = await authorize.ownedWorkspace(sub, idOf(event));
      const wanted = parseInput(SiteToConnect, jsonBody(event), 'The site');
      return json(200, presentSite(await connectSite(workspace, wanted, sub), now()));
    },
  },

  'GET /workspaces/{id}/confluence': {
    summary: 'Returns the Confluence site of the workspace and whether its credential is accepted',
    answers: { 200: 'ConfluenceSite' },
    handle: async (event, { authorize, sites, now }) => {
      const { id, tenancy } = await authorize.workspace(caller(event), idOf(event));
      const site = await sites.get(id);
      if (site?.tenancy !== tenancy) throw notFound('Confluence site');
      return json(200, presentSite(site, now()));
    },
  },

  'DELETE /workspaces/{id}/confluence': {
    summary:
      'Forgets the Confluence site and its credential, which stays valid at Atlassian until it is revoked there. Only the owner may do this',
    answers: { 204: 'nothing' },
    conflict: 'Somebody else connected another site at the same time.',
    handle: async (event, { authorize, disconnectSite }) => {
      const sub = caller(event);
      const workspace = await authorize.ownedWorkspace(sub, idOf(event));
      takesNothing(event);
      await disconnectSite(workspace, sub);
      return noContent();
    },
  },
} satisfies Operations;
