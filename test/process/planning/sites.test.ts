import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConfluenceApi } from '../../../shared/confluence/api.ts';
import { pageAddress } from '../../../shared/confluence/page-address.ts';
import type { SiteRow } from '../../../shared/data/planning/site-row.ts';
import { AppError } from '../../../shared/errors.ts';
import { SiteError } from '../../../shared/use-cases/planning/sites/site-error.ts';
import { tamper } from '../../../testing/tables.ts';
import { startPlanningSites } from '../../support/confluence/planning-sites.ts';

let world: Awaited<ReturnType<typeof startPlanningSites>>;
beforeAll(async () => {
  world = await startPlanningSites();
});
afterAll(() => world?.stop());
beforeEach(() => world.control('DELETE', 'faults'));

/** A page whose id a number cannot hold. */
const BEYOND_DOUBLE = '9007199254740993';
const HOUR_MS = 3_600_000;

type Requests = { requests: { method: string; path: string; status: number }[] };
/** The requests that the local Confluence got since the last call, as `GET /wiki/api/v2/spaces 200`. */
const requests = async (): Promise<string[]> => {
  const { requests } = await world.control<Requests>('GET', 'requests');
  await world.control('DELETE', 'requests');
  return requests.map(
    ({ method, path, status }) => `${method} ${path.replace(/.*(?=\/wiki\/)/, '')} ${status}`,
  );
};
const fault = (body: object) => world.control('POST', 'faults', body);

/** A workspace that is connected to the site, and one function that serves it. */
const connected = async (wanted = world.wanted()) => {
  const workspace = await world.newWorkspace();
  const container = world.container();
  const site = await container.connect(workspace, wanted);
  await requests();
  const see = <T>(call: (api: ConfluenceApi, site: SiteRow) => Promise<T>) =>
    container.withConfluence(workspace.id, call);
  return { workspace, ...container, site, see, row: () => world.sites.get(workspace.id) };
};
const errorOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
const codeOf = async (call: Promise<unknown>) => {
  const error = await errorOf(call);
  if (!(error instanceof SiteError)) throw new Error(`No SiteError: ${String(error)}`);
  return error.code;
};
/** The home page of the planned space, with its body. */
const readHome = async (api: ConfluenceApi) => {
  const space = await api.spaceByKey('PLAN');
  return api.page(space?.homepageId ?? '', { withBody: true });
};

describe('a site that is connected', () => {
  test.each(['machine', 'bearer', 'scoped', 'classic'] as const)('as %s can be read', async (kind) => {
    const { see, site } = await connected(world.wanted(world.auths[kind]));
    expect(site).toMatchObject({
      siteUrl: world.local.siteUrl,
      cloudId: world.local.cloudId,
      authType: world.auths[kind].type,
      spaces: [{ key: 'PLAN' }],
      state: 'connected',
      accountId: expect.stringMatching(/^712020:/),
    });
    const home = await see(readHome);
    expect(home).toMatchObject({ status: 'current', spaceId: site.spaces[0]?.id });
    expect(home?.storage).toBeTypeOf('string');
  });

  test('holds no secret that can be read', async () => {
    const { row } = await connected();
    const { clientId, clientSecret } = world.auths.machine;
    const sealed = Buffer.from((await row())?.sealed ?? '', 'base64').toString('latin1');
    for (const text of [JSON.stringify(await row()), sealed]) {
      expect(text).not.toContain(clientSecret);
      expect(text).not.toContain(clientId);
    }
  });

  test('cannot be used by another workspace that has got hold of its sealed credential', async () => {
    const mine = await connected();
    const theirs = await connected(world.wanted(world.auths.scoped));
    const { sealed, authType } = mine.site;
    await tamper(
      world.tables.db,
      'confluence_sites',
      { workspaceId: theirs.workspace.id },
      { set: { sealed, authType } },
    );
    await mine.see(readHome);
    const error = await errorOf(theirs.see(readHome));
    expect(error).toMatchObject({ name: 'InvalidCiphertextException' });
    expect(await errorOf(theirs.vault.open(theirs.workspace.id, sealed))).toBeInstanceOf(Error);
    expect(await mine.vault.open(mine.workspace.id, sealed)).toEqual(world.auths.machine);
  });

  test('is forgotten with its credential', async () => {
    const { see, workspace, disconnect, row } = await connected();
    await disconnect(workspace);
    await disconnect(workspace);
    expect(await row()).toBeUndefined();
    expect(await codeOf(see(readHome))).toBe('site_missing');
  });

  test('shows each workspace the spaces that it named, also where two share a site and a credential', async () => {
    await world.control('POST', 'access', { see: ['PLAN', 'DOCS'] });
    const plan = await connected();
    const both = await connected(world.wanted(world.auths.machine, ['docs', 'PLAN', 'DOCS']));
    expect(both.site.spaces.map(({ key }) => key)).toEqual(['DOCS', 'PLAN']);
    const docs = await both.see((api) => api.spaceByKey('DOCS'));
    const homepageId = docs?.homepageId ?? '';
    expect((await both.see((api) => api.page(homepageId)))?.spaceId).toBe(docs?.id);
    expect(await codeOf(plan.see((api) => api.page(homepageId)))).toBe('space_not_planned');
    expect(await codeOf(plan.see((api) => api.pageByTitle(docs?.id ?? '', 'Home')))).toBe(
      'space_not_planned',
    );
    await world.control('POST', 'access', { see: ['PLAN'] });
    expect(await both.see((api) => api.page(homepageId))).toBeUndefined();
  });
});

describe('what does not work is refused, and nothing is stored', () => {
  const refusal = async (wanted: ReturnType<typeof world.wanted>) => {
    const workspace = await world.newWorkspace();
    const error = await errorOf(world.container().connect(workspace, wanted));
    expect(await world.sites.get(workspace.id)).toBeUndefined();
    if (!(error instanceof AppError)) throw error;
    expect(error.message).toMatch(/^The site is not connected/);
    return { status: error.status, fields: error.fields.map(({ field }) => field) };
  };

  test.each<[string, (auths: typeof world.auths) => Parameters<typeof world.wanted>[0]]>([
    ['a wrong client secret', ({ machine }) => ({ ...machine, clientSecret: 'wrong' })],
    ['an unknown client', ({ machine }) => ({ ...machine, clientId: 'wrong' })],
    ['a wrong token', ({ scoped }) => ({ ...scoped, token: 'wrong' })],
    ['the token of somebody else', ({ scoped }) => ({ ...scoped, email: 'bruno@example.com' })],
    [
      'a token with scopes as a classic one',
      ({ scoped }) => ({ type: 'classic_token', email: scoped.email, token: scoped.token }),
    ],
    [
      'a classic token as one with scopes',
      ({ classic }) => ({ type: 'scoped_token', email: classic.email, token: classic.token }),
    ],
  ])('%s', async (_, auth) => {
    expect(await refusal(world.wanted(auth(world.auths)))).toEqual({ status: 400, fields: ['auth'] });
  });

  test('a space that the account may not see, like one that there is none of', async () => {
    expect(await refusal(world.wanted(world.auths.machine, ['PLAN', 'DOCS', 'NONE']))).toEqual({
      status: 400,
      fields: ['spaces.1', 'spaces.2'],
    });
  });

  test.each([['read:space:confluence'], ['read:page:confluence']])(
    'a credential without the scope %s',
    async (scope) => {
      const scopes = ['read:space:confluence', 'read:page:confluence'].filter((each) => each !== scope);
      const { clientId, clientSecret } = await world.control<{ clientId: string; clientSecret: string }>(
        'POST',
        'applications',
        { name: 'Few scopes', scopes },
      );
      const auth = { type: 'client_credentials' as const, clientId, clientSecret };
      expect(await refusal(world.wanted(auth))).toEqual({ status: 400, fields: ['auth'] });
    },
  );

  test('an address of another host, which is not asked', async () => {
    await requests();
    const siteUrl = world.local.siteUrl.replace('127.0.0.1', 'localhost');
    expect(await refusal({ ...world.wanted(), siteUrl })).toEqual({ status: 400, fields: ['siteUrl'] });
    expect(await requests()).toEqual([]);
  });

  test('the cloud id of another site', async () => {
    const cloudId = '00000000-0000-4000-8000-000000000000';
    expect(await refusal({ ...world.wanted(), cloudId })).toEqual({ status: 400, fields: ['cloudId'] });
  });

  test('a site that does not answer', async () => {
    await fault({ kind: '5xx', status: 503, path: '/spaces', count: 2 });
    expect(await refusal(world.wanted())).toEqual({ status: 502, fields: [] });
  });

  test('a site that limits the rate', async () => {
    await fault({ kind: 'rate-limit', path: '/spaces', count: 1 });
    expect(await refusal(world.wanted())).toEqual({ status: 429, fields: [] });
  });
});

test('every address that Confluence gives a page leads back to it', async () => {
  const { local, control } = world;
  const basic = `Basic ${Buffer.from(`${local.credentials.email}:${local.credentials.apiToken}`).toString('base64')}`;
  type Page = { id: string; title: string; _links: Record<string, string> };
  const answer = await fetch(`${local.siteUrl}/wiki/api/v2/pages?limit=250`, {
    headers: { authorization: basic },
  });
  const { results } = (await answer.json()) as { results: Page[] };
  expect(results.length).toBeGreaterThan(20);
  const led = (page: Page, link = '') =>
    pageAddress(`${local.siteUrl}/wiki${page._links[link]}`, local.siteUrl);
  const homes: string[] = [];
  for (const page of results) {
    const webui = led(page, 'webui');
    // A space's home page has the address of the space.
    if (webui.kind === 'overview') homes.push(webui.spaceKey);
    else expect(webui).toEqual({ kind: 'page', id: page.id });
    expect(led(page, 'tinyui')).toEqual({ kind: 'page', id: page.id });
    expect(led(page, 'edituiv2')).toEqual({ kind: 'page', id: page.id });
    expect(led(page, 'editui')).toEqual({ kind: 'draft', id: page.id });
  }
  expect(homes).toEqual(expect.arrayContaining(['PLAN', 'DOCS', expect.stringMatching(/^~/)]));
  expect(homes).toHaveLength(3);
  await control('DELETE', 'requests');
});

test('a site is connected with the least scopes, and its account stays unknown', async () => {
  const { clientId, clientSecret } = await world.control<{ clientId: string; clientSecret: string }>(
    'POST',
    'applications',
    { name: 'Least', scopes: ['read:space:confluence', 'read:page:confluence'] },
  );
  const { site, see } = await connected(world.wanted({ type: 'client_credentials', clientId, clientSecret }));
  expect(site.accountId).toBeUndefined();
  const home = await see(readHome);
  expect(await see((api) => api.userNames([home?.version.authorId ?? '']))).toEqual(new Map());
});

test('a site that does not tell its cloud id is connected with the one that is given', async () => {
  await world.control('POST', 'switches', { tenantInfo: 404 });
  const workspace = await world.newWorkspace();
  const error = await errorOf(world.container().connect(workspace, world.wanted()));
  expect((error as AppError).fields.map(({ field }) => field)).toEqual(['siteUrl']);
  const { site } = await connected({ ...world.wanted(), cloudId: world.local.cloudId });
  expect(site.cloudId).toBe(world.local.cloudId);
  await world.control('POST', 'switches', { tenantInfo: 'served' });
});

describe('access tokens', () => {
  const page = '/wiki/api/v2/pages';

  test('are fetched once for many calls, and anew before they expire', async () => {
    const { see } = await connected();
    await Promise.all([1, 2, 3].map(() => see((api) => api.pages(['1']))));
    expect((await requests()).filter((each) => each.startsWith('POST'))).toEqual(['POST /oauth/token 200']);
    await world.advance(HOUR_MS - 61_000);
    await see((api) => api.pages(['1']));
    expect(await requests()).toEqual([`GET ${page} 200`]);
    await world.advance(61_000);
    await see((api) => api.pages(['1']));
    expect(await requests()).toEqual(['POST /oauth/token 200', `GET ${page} 200`]);
  });

  test('that ended before their time are fetched anew within the call', async () => {
    const { see, row, site } = await connected();
    await see((api) => api.pages(['1']));
    await fault({ kind: 'expired-token', count: 1 });
    await requests();
    await see((api) => api.pages(['1']));
    expect(await requests()).toEqual([`GET ${page} 401`, 'POST /oauth/token 200', `GET ${page} 200`]);
    expect(await row()).toEqual(site);
  });

  test('are those of the newest credential, at once', async () => {
    const { see, connect, workspace } = await connected();
    await see((api) => api.pages(['1']));
    const other = await world.control<{ clientId: string; clientSecret: string }>('POST', 'applications', {
      name: 'Newer',
      see: ['DOCS'],
      edit: [],
    });
    const { clientId, clientSecret } = other;
    await connect(workspace, world.wanted({ type: 'client_credentials', clientId, clientSecret }, ['DOCS']));
    expect((await see((api) => api.spacesByKey(['PLAN', 'DOCS']))).map(({ key }) => key)).toEqual(['DOCS']);
  });
});

test('pages are found by their ids, in spite of an empty first part of the list', async () => {
  const { see } = await connected();
  const home = await see(readHome);
  const ids = [home?.id ?? '', BEYOND_DOUBLE, '999999999999'];
  const found = await see((api) => api.pages(ids));
  expect(new Set(found.keys())).toEqual(new Set(ids.slice(0, 2)));
  expect((await see((api) => api.page(BEYOND_DOUBLE)))?.id).toBe(BEYOND_DOUBLE);
  await requests();
  await fault({ kind: 'empty-page', path: '/pages', count: 1 });
  expect(await see((api) => api.pages(ids))).toEqual(found);
  expect(await requests()).toHaveLength(2);
});

describe('a site in trouble', () => {
  test('that limits the rate is left alone by every function, and only for that workspace', async () => {
    const { see, workspace } = await connected();
    const other = await connected();
    await fault({ kind: 'rate-limit', retryAfter: 120, count: 1 });
    expect(await codeOf(see(readHome))).toBe('site_paused');
    await requests();
    expect(await codeOf(world.container().withConfluence(workspace.id, readHome))).toBe('site_paused');
    expect(await requests()).toEqual([]);
    expect((await other.see(readHome))?.status).toBe('current');
    await world.advance(130_000);
    expect((await see(readHome))?.status).toBe('current');
  });

  test.each([
    ['a 500', { kind: '5xx', status: 500 }],
    ['HTML', { kind: 'html', status: 200 }],
    ['half an answer', { kind: 'truncated' }],
    ['a dropped connection', { kind: 'drop-connection' }],
  ])('for a moment (%s) is asked once more', async (_, kind) => {
    const { see, row, site } = await connected();
    await fault({ ...kind, path: '/spaces', count: 1 });
    expect((await see(readHome))?.status).toBe('current');
    expect(await row()).toEqual(site);
  });

  test('that stays down is paused from the second time on, and heals by itself', async () => {
    const { see, row } = await connected();
    await fault({ kind: '5xx', status: 502, path: '/spaces', count: 4 });
    expect(await codeOf(see(readHome))).toBe('unavailable');
    expect(await codeOf(see(readHome))).toBe('unavailable');
    expect(await codeOf(see(readHome))).toBe('site_paused');
    await world.advance(5 * 60_000);
    expect((await see(readHome))?.status).toBe('current');
    expect(await row()).toMatchObject({ outages: 0, state: 'connected' });
  });

  test('is in the history of its workspace, with who connected and disconnected it', async () => {
    const made = await world.control<{ clientId: string; clientSecret: string }>('POST', 'applications', {
      name: 'Soon revoked',
    });
    const { clientId, clientSecret } = made;
    const auth = { type: 'client_credentials', clientId, clientSecret } as const;
    const { see, connect, disconnect, workspace } = await connected(world.wanted(auth));
    await see(readHome);
    await world.control('POST', `revoke?application=${clientId}`);
    const countedBefore = world.counted.length;
    await codeOf(see(readHome));
    expect(world.counted.slice(countedBefore)).toEqual(['SiteRefused']);
    await connect(workspace, world.wanted(), 'auth0|second');
    await disconnect(workspace, 'auth0|third');
    await disconnect(workspace, 'auth0|third');
    const { items } = await world.history.list(workspace.id, { limit: 10 });
    const told = items.filter(({ kind }) => kind.startsWith('site_'));
    expect(told.map(({ kind, by }) => [kind, by]).sort()).toEqual([
      ['site_connected', 'auth0|owner'],
      ['site_connected', 'auth0|second'],
      ['site_disconnected', 'auth0|third'],
      ['site_refused', undefined],
    ]);
    expect(told.find(({ kind }) => kind === 'site_refused')?.errors).toEqual([
      'Confluence does not accept the credential of the site.',
    ]);
    expect(JSON.stringify(items)).not.toContain(clientSecret);
  });

  test('whose credential was revoked says so, and a new credential mends it', async () => {
    const made = await world.control<{ clientId: string; clientSecret: string }>('POST', 'applications', {
      name: 'To be revoked',
    });
    const { clientId, clientSecret } = made;
    const { see, row, connect, workspace } = await connected(
      world.wanted({ type: 'client_credentials', clientId, clientSecret }),
    );
    await see(readHome);
    await world.control('POST', `revoke?application=${clientId}`);
    expect(await codeOf(see(readHome))).toBe('credential_refused');
    expect(await row()).toMatchObject({ state: 'refused', problem: 'credential_refused' });
    await connect(workspace, world.wanted());
    expect((await see(readHome))?.status).toBe('current');
    const mended = await row();
    expect([mended?.state, mended?.problem, mended?.credentialVersion]).toEqual(['connected', undefined, 2]);
  });

  test('whose credential lacks a scope says so', async () => {
    const { see } = await connected();
    await fault({ kind: 'scope', path: '/spaces', count: 1 });
    expect(await codeOf(see(readHome))).toBe('scope_missing');
  });

  test('that is slow takes no longer than the run has', async () => {
    const { workspace, row, site } = await connected();
    await fault({ kind: 'timeout-before', path: '/spaces', count: 1 });
    const begun = Date.now();
    const deadline = begun + 300;
    const error = await errorOf(
      world.container({ deadline: () => deadline }).withConfluence(workspace.id, readHome),
    );
    expect(error).toMatchObject({ kind: 'upstream' });
    expect(Date.now() - begun).toBeLessThan(3_000);
    expect(await row()).toEqual(site);
  });
});
