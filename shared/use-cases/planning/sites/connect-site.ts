import type { ConfluenceApi, ConfluenceSpace } from '../../../confluence/api.ts';
import type { ConfluenceCredential } from '../../../confluence/credential.ts';
import type { SiteRow } from '../../../data/planning/site-row.ts';
import type { Sites } from '../../../data/planning/sites.ts';
import type { History } from '../../../data/workspaces/history.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Now } from '../../../domain/clock.ts';
import { AppError, type FieldError } from '../../../errors.ts';
import { shortened } from '../../../fitting.ts';
import type { Vault } from '../../../runtime/vault.ts';
import type { WakeSessions } from '../sessions/wake-sessions.ts';
import { checkFailure } from './check-failure.ts';

/** The caller waits, so the check of a credential may take this long, and the connection is refused after it. */
const CHECK_MS = 20_000;
/** A hundred spaces have to fit into one row. */
const LONGEST_NAME = 200;

/** A site as an owner names it. Of `cloudId`, the site itself usually tells. */
export type WantedSite = {
  siteUrl: string;
  cloudId?: string | undefined;
  auth: ConfluenceCredential;
  /** Keys. */
  spaces: readonly string[];
};

type Deps = {
  sites: Sites;
  history: Pick<History, 'note'>;
  siteVault: Vault<ConfluenceCredential>;
  /** A site's API with a credential that is stored nowhere. */
  probe: (
    candidate: { siteUrl: string; cloudId: string; credential: ConfluenceCredential },
    how: { deadline: number },
  ) => ConfluenceApi;
  /** The origin of an address, if it is a site that this deployment may call. */
  siteOrigin: (address: string) => string | undefined;
  cloudIdOf: (siteUrl: string, how: { deadline: number }) => Promise<string | undefined>;
  wakeSessions: WakeSessions;
  now: Now;
};

const refused = (...fields: FieldError[]) =>
  new AppError('invalid_input', 'The site is not connected: `errors` says what would be right.', { fields });

const HOSTS = 'It has to be the address of a Confluence Cloud site, such as https://acme.atlassian.net.';
const NO_CLOUD_ID =
  'No site answers at this address. It may have been renamed: open it in a browser and copy the address from there. If the address is right, give `cloudId` too, which the site shows at /_edge/tenant_info.';

/**
 * Connects a workspace to a Confluence site, in place of the one before. The credential and every space are tried first,
 * and nothing is stored unless all of them work. Throws `invalid_input`, which names what Confluence refuses.
 */
export const connectSite = (deps: Deps) => {
  const { sites, history, siteVault, probe, siteOrigin, cloudIdOf, wakeSessions, now } = deps;

  const addressOf = async ({ siteUrl, cloudId }: WantedSite, deadline: number) => {
    const origin = siteOrigin(siteUrl);
    if (!origin) throw refused({ field: 'siteUrl', message: HOSTS });
    const told = await cloudIdOf(origin, { deadline }).catch((error: unknown) => {
      if (cloudId) return undefined;
      throw checkFailure(error, refused);
    });
    if (told && cloudId && told !== cloudId)
      throw refused({ field: 'cloudId', message: `The cloud id of this site is ${told}. Leave it out.` });
    const id = told ?? cloudId;
    if (!id) throw refused({ field: 'siteUrl', message: NO_CLOUD_ID });
    return { siteUrl: origin, cloudId: id };
  };

  /** The spaces of these keys, in their order. */
  const readable = async (api: ConfluenceApi, keys: readonly string[]): Promise<ConfluenceSpace[]> => {
    const found = new Map((await api.spacesByKey(keys)).map((space) => [space.key.toLowerCase(), space]));
    const missing = keys.flatMap((key, index) =>
      found.has(key.toLowerCase())
        ? []
        : [
            {
              field: `spaces.${index}`,
              message: `There is no space with the key ${key}, or the account may not see it. The key is in the address of the space: /wiki/spaces/‹key›.`,
            },
          ],
    );
    if (missing.length > 0) throw refused(...missing);
    const spaces = [...new Set(keys.map((key) => key.toLowerCase()))].flatMap((key) => found.get(key) ?? []);
    // Only the scope matters here: whichever page is asked for, a credential without it is refused.
    await api.pages([spaces[0]?.homepageId ?? spaces[0]?.id ?? '']);
    return spaces;
  };

  return async (workspace: WorkspaceRow, wanted: WantedSite, by: string): Promise<SiteRow> => {
    const { id: workspaceId, tenancy } = workspace;
    const { auth } = wanted;
    const deadline = now() + CHECK_MS;
    const previous = await sites.get(workspaceId);
    const address = await addressOf(wanted, deadline);
    const api = probe({ ...address, credential: auth }, { deadline });
    const check = async () => {
      const spaces = await readable(api, wanted.spaces);
      return { spaces, account: await api.whoAmI() };
    };
    const { spaces, account } = await check().catch((error: unknown) => {
      throw checkFailure(error, refused);
    });
    const site = {
      workspaceId,
      tenancy,
      ...address,
      authType: auth.type,
      sealed: await siteVault.seal(workspaceId, auth),
      spaces: spaces.map(({ id, key, name }) => ({ id, key, name: shortened(name, LONGEST_NAME) })),
      accountId: account?.accountId,
      accountName: account?.displayName,
    };
    const stored = (await sites.connect(site, { previous, now: now() })) && (await sites.get(workspaceId));
    if (stored) {
      await history.note(workspaceId, 'site_connected', now(), { by });
      // They are tried every hour anyway.
      await wakeSessions(workspace).catch(() => {});
      return stored;
    }
    throw new AppError(
      'conflict',
      'Somebody else connected or disconnected a site of this workspace at the same time. Look at it, and send the request again.',
    );
  };
};

export type ConnectSite = ReturnType<typeof connectSite>;
