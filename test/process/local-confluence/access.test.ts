import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { basic, type Harness, PLAN_PAGE, startHarness } from '../../support/local-confluence/harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());

const PATH = `/wiki/api/v2/pages/${PLAN_PAGE}`;
const statusWith = async (host: string, authorization: string) =>
  (await h.send(`${host}${PATH}`, { headers: { authorization } })).status;

test('each credential works on its own host only', async () => {
  const { gatewayUrl, siteUrl, credentials } = h.confluence;
  const { email, apiToken, scopedToken, scopedTokenEmail } = credentials;
  const accepted: [string, string][] = [
    [gatewayUrl, `Bearer ${h.token()}`],
    [gatewayUrl, `Bearer ${scopedToken}`],
    [gatewayUrl, basic(scopedTokenEmail, scopedToken)],
    [siteUrl, basic(email, apiToken)],
  ];
  for (const [host, authorization] of accepted) {
    expect(await statusWith(host, authorization)).toBe(200);
    expect(await statusWith(host === siteUrl ? gatewayUrl : siteUrl, authorization)).toBe(401);
  }
  const wrong = [
    basic(email, scopedToken),
    basic(scopedTokenEmail, apiToken),
    basic('', apiToken),
    `Basic ${apiToken}`,
    'Bearer x',
    'Bearer',
    'Digest x',
  ];
  for (const host of [gatewayUrl, siteUrl])
    for (const authorization of wrong) expect(await statusWith(host, authorization), authorization).toBe(401);
  const other = gatewayUrl.replace(/[^/]+$/, crypto.randomUUID());
  expect(await statusWith(other, `Bearer ${h.token()}`)).toBe(404);
});

test('a token is had for JSON or a form, and nothing but the right secret gets one', async () => {
  const { credentials, tokenUrl } = h.confluence;
  const right = {
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
  };
  const form = await h.send(tokenUrl, { method: 'POST', body: new URLSearchParams(right) });
  expect(form.body).toMatchObject({ expires_in: 3600, token_type: 'Bearer' });
  expect(form.body.scope).toContain('read:page:confluence');
  expect(await h.sendJson(tokenUrl, 'POST', { ...right, client_secret: 'x' })).toMatchObject({
    status: 401,
    body: { error: 'access_denied', error_description: 'Unauthorized' },
  });
  expect(await h.sendJson(tokenUrl, 'POST', { ...right, grant_type: 'refresh_token' })).toMatchObject({
    status: 403,
    body: { error: 'unauthorized_client' },
  });
  for (const body of [{}, { ...right, grant_type: 'password' }, { ...right, client_id: 7 }, []])
    expect((await h.sendJson(tokenUrl, 'POST', body)).status).toBe(400);
  await h.switchTo({ tokenResponse: 'minimal' });
  expect(Object.keys((await h.sendJson(tokenUrl, 'POST', right)).body).sort()).toEqual([
    'access_token',
    'expires_in',
  ]);
});

test('a token lives an hour of the local clock, and a new one does not end it', async () => {
  const [first, second] = [await h.newToken(), await h.newToken()];
  await h.advance(3_599_000);
  for (const token of [first, second])
    expect(await statusWith(h.confluence.gatewayUrl, `Bearer ${token}`)).toBe(200);
  await h.advance(1000);
  const answer = await h.get(`/api/v2/pages/${PLAN_PAGE}`);
  expect(answer).toMatchObject({ status: 401, body: { code: 401, message: 'Unauthorized' } });
  expect(answer.headers.has('x-failure-category')).toBe(false);
});

test('a call needs its scopes, and those of version 1 are others', async () => {
  const limited = async (scopes: string[]) => {
    const token = await h.newToken(await h.local('applications', { name: 'Limited', scopes }));
    return async (method: string, path: string) => {
      const answer = await h.api(method, path, undefined, { authorization: `Bearer ${token}` });
      if (answer.headers.get('x-failure-category') !== 'FAILURE_CLIENT_SCOPE_CHECK') return 'allowed';
      expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized; scope does not match' } });
      return 'refused';
    };
  };
  const cases: [string[], string, 'allowed' | 'refused'][] = [
    [['read:page:confluence'], `GET /api/v2/pages/${PLAN_PAGE}`, 'allowed'],
    [['read:confluence-content.all'], `GET /api/v2/pages/${PLAN_PAGE}`, 'allowed'],
    [['read:page:confluence'], `PUT /api/v2/pages/${PLAN_PAGE}`, 'refused'],
    [['read:page:confluence'], `DELETE /api/v2/pages/${PLAN_PAGE}`, 'refused'],
    [['read:page:confluence'], `GET /api/v2/pages/${PLAN_PAGE}/descendants`, 'refused'],
    [['read:hierarchical-content:confluence'], `GET /api/v2/pages/${PLAN_PAGE}/descendants`, 'allowed'],
    [['write:page:confluence'], `POST /api/v2/pages/${PLAN_PAGE}/properties`, 'refused'],
    [
      ['read:page:confluence', 'write:page:confluence'],
      `POST /api/v2/pages/${PLAN_PAGE}/properties`,
      'allowed',
    ],
    [['read:page:confluence'], 'GET /api/v2/spaces', 'refused'],
    [['read:page:confluence'], 'GET /api/v2/tasks', 'refused'],
    [['read:page:confluence'], 'POST /api/v2/users-bulk', 'refused'],
    [['read:page:confluence'], 'GET /rest/api/user/current', 'refused'],
    [['read:confluence-user'], 'GET /rest/api/user/current', 'allowed'],
    [['read:page:confluence'], 'GET /rest/api/search?cql=type=page', 'refused'],
    [['search:confluence'], 'GET /rest/api/search?cql=type=page', 'allowed'],
    [['search:confluence'], `GET /api/v2/pages/${PLAN_PAGE}`, 'refused'],
    [[], `GET /rest/api/content/${PLAN_PAGE}/restriction`, 'refused'],
    [[], `POST /rest/api/content/${PLAN_PAGE}/label`, 'refused'],
  ];
  for (const [scopes, call, outcome] of cases) {
    const [method = '', path = ''] = call.split(' ');
    expect(await (await limited(scopes))(method, path), `${scopes} ${call}`).toBe(outcome);
  }
});

test('the site tells its cloud id, and a service token has no resources unless a switch says so', async () => {
  const { siteUrl, cloudId } = h.confluence;
  const resources = () =>
    h.send(`${siteUrl}/oauth/token/accessible-resources`, {
      headers: { authorization: `Bearer ${h.token()}` },
    });
  expect((await h.send(`${siteUrl}/_edge/tenant_info`)).body).toEqual({ cloudId });
  expect((await resources()).body).toEqual([]);
  await h.switchTo({ tenantInfo: 404, accessibleResourcesFor2LO: 'served' });
  expect((await h.send(`${siteUrl}/_edge/tenant_info`)).status).toBe(404);
  expect((await resources()).body).toMatchObject([{ id: cloudId, url: siteUrl }]);
});

test('a space that the service account may not see is not there', async () => {
  expect((await h.get('/api/v2/spaces')).body.results.map(({ key }: { key: string }) => key)).toEqual([
    'PLAN',
  ]);
  const documents = '/api/v2/pages/295030';
  expect((await h.get(documents)).status).toBe(404);
  await h.local('access', { see: ['PLAN', 'DOCS'], edit: ['PLAN'] });
  expect((await h.get(documents)).status).toBe(200);
  expect((await h.put('295030', { title: 'Mine' })).status).toBe(404);
  await h.switchTo({ putForbidden: 403 });
  expect((await h.put('295030', { title: 'Mine' })).status).toBe(403);
  await h.local('access', { see: [], edit: [] });
  expect((await h.get('/api/v2/pages')).body.results).toEqual([]);
});

test('a page that is restricted is hidden, or refuses to be edited, with everything below it', async () => {
  const { id } = (await h.get('/api/v2/pages?title=Depots')).body.results[0];
  const child = (await h.get('/api/v2/pages?title=Depot%20North')).body.results[0].id;
  await h.local(`pages/${id}/restrict`, { update: ['Ada Okafor'] });
  expect((await h.put(id, { title: 'Mine' })).status).toBe(404);
  expect((await h.put(child, { title: 'Still ours' })).status).toBe(200);
  const operations = await h.get(`/api/v2/pages/${id}/operations`);
  expect(operations.body.operations).not.toContainEqual({ operation: 'update', targetType: 'page' });
  expect((await h.get(`/rest/api/content/${id}/restriction`)).body.results[1].restrictions.user.size).toBe(1);
  await h.local(`pages/${id}/restrict`, { read: ['Ada Okafor'] });
  for (const hidden of [id, child]) expect((await h.get(`/api/v2/pages/${hidden}`)).status).toBe(404);
  expect((await h.get(`/api/v2/pages?id=${id},${child}`)).body.results).toEqual([]);
  await h.local(`pages/${id}/restrict`, {});
  expect((await h.get(`/api/v2/pages/${child}`)).status).toBe(200);
});

test('a revoked service account gets nothing more', async () => {
  const { clientId, clientSecret, scopedToken } = h.confluence.credentials;
  await h.local('revoke');
  for (const token of [h.token(), scopedToken])
    expect(await statusWith(h.confluence.gatewayUrl, `Bearer ${token}`)).toBe(401);
  const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  expect((await h.sendJson(h.confluence.tokenUrl, 'POST', body)).status).toBe(401);
});

test('switches take the calls of version 1 from a token of the client credentials grant', async () => {
  await h.switchTo({ currentUserFor2LO: 401, searchFor2LO: 401 });
  for (const path of ['/rest/api/user/current', '/rest/api/search?cql=type=page']) {
    expect((await h.get(path)).headers.get('x-failure-category')).toBe('FAILURE_CLIENT_SCOPE_CHECK');
    const scoped = { authorization: `Bearer ${h.confluence.credentials.scopedToken}` };
    expect((await h.get(path, scoped)).status).toBe(200);
  }
});
