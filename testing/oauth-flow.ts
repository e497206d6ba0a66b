import type { Local } from '../local/run.ts';
import { apiAs } from '../local/walk/walk-clients.ts';

/** All scopes of the API. */
export const SCOPES = 'features:read features:write plans:read plans:write workspaces:read workspaces:admin';

type Stack = Pick<Local, 'outputs' | 'token'>;

/** A flow up to Linear's redirect, which has not been followed yet. */
export type Flow = { callback: string; cookie: string };

/** A new connect link of a subject. */
export const connectLink = async (stack: Stack, sub: string): Promise<string> => {
  const api = apiAs(stack.outputs.api, await stack.token(sub, SCOPES));
  return (await api.post<{ url: string }>('/workspaces/connect-links', {})).url;
};

const hiddenInputs = (page: string) =>
  [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => {
    const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1] ?? '';
    return [attribute('name'), attribute('value').replaceAll('&amp;', '&')] as [string, string];
  });

/** Decides on Linear's consent page, as a human. Returns the URL that Linear redirects the browser to. */
export const consent = async (authorize: URL, decision: 'approve' | 'deny' = 'approve'): Promise<string> => {
  const page = await (await fetch(authorize)).text();
  const body = new URLSearchParams([...hiddenInputs(page), ['decision', decision]]);
  const action = new URL(/action="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '', authorize);
  const decided = await fetch(action, { method: 'POST', body, redirect: 'manual' });
  return decided.headers.get('location') ?? '';
};

/** Opens a connect link, goes to Linear and decides there, as one browser. */
export const decide = async (
  link: string,
  {
    decision = 'approve',
    organization,
  }: { decision?: 'approve' | 'deny'; organization?: string | undefined } = {},
): Promise<Flow> => {
  const headers = { origin: new URL(link).origin };
  const begun = await fetch(link, { method: 'POST', redirect: 'manual', headers });
  const authorize = new URL(begun.headers.get('location') ?? '');
  if (organization) authorize.searchParams.set('organization', organization);
  return {
    callback: await consent(authorize, decision),
    cookie: (begun.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '',
  };
};

/** Follows Linear's redirect to our callback. */
export const follow = ({ callback, cookie }: Flow): Promise<Response> =>
  fetch(callback, { headers: { cookie } });

/** Connects an organization for a subject and returns the workspace's id. Throws if that fails. */
export const connectAs = async (stack: Stack, sub: string, organization?: string): Promise<string> => {
  const response = await follow(await decide(await connectLink(stack, sub), { organization }));
  const page = await response.text();
  if (response.status !== 200) throw new Error(`Not connected: ${page}`);
  const api = apiAs(stack.outputs.api, await stack.token(sub, SCOPES));
  const { items } = await api.get<{ items: { id: string; linearOrganizationName: string }[] }>('/workspaces');
  // The name of one organization may be a prefix of another's.
  const [workspace] = items
    .filter(({ linearOrganizationName }) => page.includes(linearOrganizationName))
    .sort((a, b) => b.linearOrganizationName.length - a.linearOrganizationName.length);
  if (!workspace) throw new Error('The workspace is not listed.');
  return workspace.id;
};
