import { BoundedMap } from '../bounded-map.ts';
import type { ConfluenceApi } from '../confluence/api.ts';
import { ConfluenceCredential } from '../confluence/credential.ts';
import { cloudIdOf, siteOrigin } from '../confluence/site-address.ts';
import { baseUrlOf, confluenceSites } from '../confluence/sites.ts';
import type { SiteRow } from '../data/planning/site-row.ts';
import type { Now } from '../domain/clock.ts';
import { type Vault, vault } from '../runtime/vault.ts';

/** How long an opened credential may stay in memory. */
const OPENED_MS = 60_000;
const KEPT_CREDENTIALS = 1_000;

export type ConfluenceEnv = Record<
  'CONFLUENCE_SITES' | 'CONFLUENCE_GATEWAY_URL' | 'CONFLUENCE_AUTH_URL' | 'TOKEN_KEY_ARN',
  string
>;

/** A site that is about to be connected, with a credential that is stored nowhere. */
type Candidate = { siteUrl: string; cloudId: string; credential: ConfluenceCredential };

/** How a function calls Confluence, and the vault that seals the credentials. */
export type ConfluenceClients = {
  confluence: (site: SiteRow, how: { deadline: number }) => ConfluenceApi;
  probe: (candidate: Candidate, how: { deadline: number }) => ConfluenceApi;
  /** The origin of an address, if it is a site that this deployment may call. */
  siteOrigin: (address: string) => string | undefined;
  cloudIdOf: (siteUrl: string, how: { deadline: number }) => Promise<string | undefined>;
  siteVault: Vault<ConfluenceCredential>;
};

/** The clients of a deployed function. Opened credentials and access tokens are kept for as long as it lives. */
export const confluenceClients = (env: ConfluenceEnv, { now }: { now: Now }): ConfluenceClients => {
  const siteVault = vault(env.TOKEN_KEY_ARN, ConfluenceCredential);
  const call = confluenceSites({ authUrl: env.CONFLUENCE_AUTH_URL, now });
  const baseUrl = (site: { siteUrl: string; cloudId: string }, type: ConfluenceCredential['type']) =>
    baseUrlOf(site, type, env.CONFLUENCE_GATEWAY_URL);

  const opened = new BoundedMap<{ sealed: string; credential: Promise<ConfluenceCredential>; until: number }>(
    KEPT_CREDENTIALS,
  );
  const open = ({ workspaceId, sealed }: SiteRow): Promise<ConfluenceCredential> => {
    const kept = opened.get(workspaceId);
    if (kept?.sealed === sealed && kept.until > now()) return kept.credential;
    const mine = { sealed, credential: siteVault.open(workspaceId, sealed), until: now() + OPENED_MS };
    mine.credential.catch(() => {
      if (opened.get(workspaceId) === mine) opened.delete(workspaceId);
    });
    opened.set(workspaceId, mine);
    return mine.credential;
  };

  return {
    confluence: (site, { deadline }) =>
      call({
        baseUrl: baseUrl(site, site.authType),
        owner: site.workspaceId,
        version: site.sealed,
        credential: () => open(site),
        deadline,
      }),
    // A token source of its own, so that nothing outlives the check.
    probe: ({ credential, ...site }, { deadline }) =>
      confluenceSites({ authUrl: env.CONFLUENCE_AUTH_URL, now })({
        baseUrl: baseUrl(site, credential.type),
        owner: '',
        version: '',
        credential: async () => credential,
        deadline,
      }),
    siteOrigin: (address) => siteOrigin(address, env.CONFLUENCE_SITES),
    cloudIdOf: (siteUrl, { deadline }) => cloudIdOf(siteUrl, { deadline, now }),
    siteVault,
  };
};
