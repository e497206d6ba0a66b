import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Harness,
  PLAN_PAGE,
  PLAN_SPACE,
  startHarness,
  TASK_PAGE,
} from '../../support/local-confluence/harness.ts';

/** The keys of recorded answers. A schema with optional fields would not miss one that is absent. */

let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterAll(() => h.close());

const PAGE =
  'id status title spaceId parentId parentType position authorId ownerId lastOwnerId createdAt version body _links';
const VERSION = 'number message minorEdit authorId createdAt';
const PAGE_VERSION = `${VERSION} ncsStepVersion`;
const LINKS = 'webui editui edituiv2 tinyui';
const PROPERTY = 'id key value version';

const keysOf = (value: object | undefined) => Object.keys(value ?? {}).sort();
const expectKeys = (value: object | undefined, keys: string) =>
  expect(keysOf(value)).toEqual(keys === '' ? [] : keys.split(' ').sort());

test('a page has the recorded keys, and base among its links', async () => {
  const { body } = await h.get(`/api/v2/pages/${PLAN_PAGE}`);
  expectKeys(body, PAGE);
  expectKeys(body.version, PAGE_VERSION);
  expectKeys(body._links, `${LINKS} base`);
  expectKeys(body.body, '');
  expect(body).toMatchObject({ lastOwnerId: null, version: { message: '' } });
  expect(body._links.base).toBe(`${h.confluence.siteUrl}/wiki`);
  const withBody = await h.page(PLAN_PAGE);
  expectKeys(withBody.body, 'storage');
  expectKeys(withBody.body.storage, 'representation value');
});

test('an item of a list has no base, and the list has', async () => {
  const { body, headers } = await h.get(`/api/v2/pages?id=${PLAN_PAGE}`);
  expectKeys(body, 'results _links');
  expectKeys(body._links, 'base');
  expectKeys(body.results[0], PAGE);
  expectKeys(body.results[0]._links, LINKS);
  expectKeys(body.results[0].version, PAGE_VERSION);
  expect(headers.get('link')).toBe(`<${h.confluence.siteUrl}/wiki>; rel="base"`);
  expect(headers.get('content-type')).toBe('application/json');
  for (const name of ['atl-traceid', 'atl-request-id', 'x-confluence-request-time'])
    expect(headers.get(name), name).toBeTruthy();
});

test('only a live document and a page of a template have more keys, and only in lists', async () => {
  const { body } = await h.get('/api/v2/pages?title=PI%204%20live');
  expectKeys(body.results[0], `${PAGE} subtype`);
  const template = await h.get('/api/v2/pages?title=Plan%20template');
  expectKeys(template.body.results[0], `${PAGE} sourceTemplateEntityId`);
  expectKeys((await h.get(`/api/v2/pages/${body.results[0].id}`)).body, PAGE);
});

test('the root of a space has no parent and the address of an overview', async () => {
  const { body } = await h.get('/api/v2/pages/295028');
  expect(body).toMatchObject({ parentId: null, parentType: null, position: null });
  expect(body._links.webui).toBe('/spaces/PLAN/overview');
});

test('parts of a page are there only if they are asked for', async () => {
  const { body } = await h.get(
    `/api/v2/pages/${PLAN_PAGE}?include-labels=true&include-properties=true&include-operations=true&include-versions=true`,
  );
  expectKeys(body, `${PAGE} labels properties operations versions`);
  expectKeys(body.labels, 'results meta _links');
  expect(body.labels._links.self).toBe(`/api/v2/pages/${PLAN_PAGE}/labels`);
  expect(body.operations.results).toContainEqual({ operation: 'update', targetType: 'page' });
  expectKeys(
    (await h.get(`/api/v2/pages/${PLAN_PAGE}?include-version=false`)).body,
    PAGE.replace(' version', ''),
  );
  for (const name of ['collaborators', 'direct-children', 'likes'])
    expect((await h.get(`/api/v2/pages/${PLAN_PAGE}?include-${name}=true`)).status).toBe(501);
});

test('versions, the tree, labels, spaces and tasks have the recorded keys', async () => {
  const versions = await h.get(`/api/v2/pages/${PLAN_PAGE}/versions?body-format=storage`);
  expectKeys(versions.body.results[0], `${VERSION} page`);
  expectKeys(versions.body.results[0].page, 'id title body');
  const version = await h.get(`/api/v2/pages/${PLAN_PAGE}/versions/1`);
  expectKeys(version.body, `${VERSION} contentTypeModified collaborators prevVersion nextVersion`);
  expect(version.body).toMatchObject({ prevVersion: null, nextVersion: null });
  const child = 'id status title spaceId childPosition';
  expectKeys((await h.get('/api/v2/pages/295028/direct-children')).body.results[0], `${child} type`);
  expectKeys((await h.get('/api/v2/pages/295028/children')).body.results[0], child);
  expectKeys(
    (await h.get('/api/v2/pages/295028/descendants')).body.results[0],
    'id status title type parentId depth childPosition',
  );
  expectKeys((await h.get(`/api/v2/pages/${PLAN_PAGE}/ancestors`)).body.results[0], 'id type');
  expectKeys((await h.get(`/api/v2/pages/${PLAN_PAGE}/labels`)).body.results[0], 'id name prefix');
  const space =
    'id key name type status authorId spaceOwnerId createdAt homepageId icon description currentActiveAlias _links';
  expectKeys((await h.get('/api/v2/spaces?keys=PLAN')).body.results[0], space);
  expectKeys((await h.get(`/api/v2/spaces/${PLAN_SPACE}`)).body, space);
  const task =
    'id localId spaceId pageId status body createdBy assignedTo completedBy createdAt updatedAt dueAt completedAt';
  expectKeys((await h.get(`/api/v2/tasks?page-id=${TASK_PAGE}`)).body.results[0], task);
});

test('properties have no step version', async () => {
  const { body } = await h.get(`/api/v2/pages/${PLAN_PAGE}/properties`);
  expectKeys(body.results[0], PROPERTY);
  expectKeys(body.results[0].version, VERSION);
  expectKeys((await h.get(`/api/v2/pages/${PLAN_PAGE}/properties/${body.results[0].id}`)).body, PROPERTY);
  expect(body.results.map(({ key }: { key: string }) => key)).toContain('content-appearance-published');
});

test('people and the answers of version 1 have the recorded keys', async () => {
  const { authorId } = (await h.get(`/api/v2/pages/${PLAN_PAGE}`)).body;
  const users = await h.api('POST', '/api/v2/users-bulk', { accountIds: [authorId] });
  expectKeys(users.body, 'results _links');
  expectKeys(
    users.body.results[0],
    'accountId displayName publicName email timeZone accountType accountStatus isExternalCollaborator personalSpaceId profilePicture',
  );
  const me = await h.get('/rest/api/user/current');
  expect(me.body).toMatchObject({ type: 'known', accountType: 'app', displayName: 'Planning Service' });
  const search = await h.get('/rest/api/search?cql=type=page&limit=1');
  expectKeys(
    search.body,
    'results start limit size totalSize cqlQuery searchDuration archivedResultCount _links',
  );
  expectKeys(search.body._links, 'base context self next');
  expectKeys(
    search.body.results[0],
    'content title excerpt url resultGlobalContainer breadcrumbs entityType iconCssClass lastModified friendlyLastModified score',
  );
  const restriction = await h.get(`/rest/api/content/${PLAN_PAGE}/restriction`);
  expect(restriction.body).toMatchObject({ size: 2, restrictionsHash: '' });
});

test('the order of keys differs from answer to answer', async () => {
  const orders = new Set<string>();
  for (let count = 0; count < 10; count++)
    orders.add(Object.keys((await h.get(`/api/v2/pages/${PLAN_PAGE}`)).body).join());
  expect(orders.size).toBeGreaterThan(1);
});

test('each part of Confluence has its own shape of error', async () => {
  const missing = { status: 404, code: 'NOT_FOUND', title: 'Not Found', detail: null };
  expect((await h.get('/api/v2/pages/1')).body).toEqual({ errors: [missing] });
  await h.switchTo({ errorStatusType: 'string' });
  expect((await h.get('/api/v2/pages/1')).body).toEqual({ errors: [{ ...missing, status: '404' }] });
  expect((await h.get('/api/v2/pages/1/direct-children')).body.errors[0].title).toBe(
    'Cannot find [page] entity with id [1]',
  );
  const v1 = await h.get('/rest/api/search?cql=nonsense');
  expect(v1.status).toBe(400);
  expect(v1.body).toMatchObject({ statusCode: 400, data: { successful: false } });
  const bare = await h.send(`${h.confluence.gatewayUrl}/wiki/api/v2/pages`);
  expect(bare).toMatchObject({ status: 401, body: { code: 401, message: 'Unauthorized' } });
});

test('what it does not have is refused and never answered with an empty list', async () => {
  for (const path of ['/api/v2/blogposts', `/api/v2/pages/${PLAN_PAGE}/footer-comments`, '/api/v2/nonsense'])
    expect(await h.get(path), path).toMatchObject({ status: 501 });
  expect((await h.get(`/api/v2/pages/${PLAN_PAGE}?body-format=view`)).status).toBe(501);
  expect((await h.get(`/rest/api/content/${PLAN_PAGE}`)).status).toBe(410);
  await h.switchTo({ legacyContentApi: 'served' });
  expect((await h.get(`/rest/api/content/${PLAN_PAGE}`)).body.title).toBe('PI 1 plan');
});
