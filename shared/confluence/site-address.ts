import * as z from 'zod/mini';
import { jsonOrNothing } from '../json.ts';
import { ConfluenceError } from './errors.ts';
import { fetchText } from './fetch-text.ts';

/** The id of a site at the gateway is a UUID. What matters is that it cannot leave its place in a path. */
const CLOUD_ID = /^[A-Za-z0-9-]{1,64}$/;

const asPattern = (origin: string): RegExp =>
  new RegExp(`^${origin.replaceAll('.', '\\.').replaceAll('*', '[a-z0-9-]+')}$`);

/**
 * The origin of a site (`https://acme.atlassian.net`) from its address, which may go on with `/wiki`. `undefined` if it
 * is none of `allowed`: origins divided by blanks, in which `*` is one label of a host.
 */
export const siteOrigin = (address: string, allowed: string): string | undefined => {
  const url = URL.parse(address);
  if (!url || url.username || url.password || !/^\/(wiki(\/.*)?)?$/.test(url.pathname)) return undefined;
  const isAllowed = allowed.split(' ').some((origin) => origin && asPattern(origin).test(url.origin));
  return isAllowed ? url.origin : undefined;
};

const TenantInfo = z.object({ cloudId: z.string().check(z.regex(CLOUD_ID)) });

/**
 * The id that the gateway knows a site by, as the site itself tells it to anybody. Atlassian does not document this, so
 * `undefined` means only that the site does not say. Throws `ConfluenceError` if it does not answer.
 */
export const cloudIdOf = async (
  siteUrl: string,
  time: { deadline: number; now: () => number },
): Promise<string | undefined> => {
  const init = { headers: { accept: 'application/json' } };
  const { status, text } = await fetchText(`${siteUrl}/_edge/tenant_info`, init, time);
  if (status >= 500) throw new ConfluenceError({ is: 'unavailable' }, { tenantInfo: status });
  const info = TenantInfo.safeParse(jsonOrNothing(text));
  return status === 200 && info.success ? info.data.cloudId : undefined;
};
