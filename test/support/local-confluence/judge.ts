import { createV1Client, createV2Client } from 'confluence.js';
import {
  AuthError,
  createClient,
  ForbiddenError,
  NotFoundError,
  RateLimitError,
  SchemaMismatchError,
  ScopeError,
  ServerError,
} from 'confluence.js/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Harness, HUGE_ID, PLAN_PAGE, PLAN_SPACE, startHarness, TASK_PAGE } from './harness.ts';

const AUDIT = Symbol.for('apis-code-gen.schemaAudit');

/** What the client's audit found in answers: fields and words that its schemas do not know. */
export const drift = (): unknown[] => (globalThis as Record<symbol, unknown[] | undefined>)[AUDIT] ?? [];

/** The client types ids as numbers and passes texts through, which ids of 64 bits need. */
const id = (text: string) => text as unknown as number;

/**
 * Runs the tests in which an independent client of Confluence Cloud, as it is published, must not tell the difference.
 * Its schemas check each answer. They are strict if `AUDIT_SCHEMAS` is set when the client is loaded.
 */
export const judge = (): void => {
  let h: Harness;
  beforeAll(async () => {
    h = await startHarness();
  });
  afterAll(() => h.close());

  type V2 = ReturnType<typeof createV2Client>;
  type V1 = ReturnType<typeof createV1Client>;
  let v2: V2;
  let v1: V1;
  beforeEach(() => {
    let token = h.token();
    const client = createClient({
      host: h.confluence.gatewayUrl,
      auth: { type: 'bearer', getToken: async () => token },
      getAuthOn401: async () => {
        token = await h.newToken();
        return { type: 'bearer', token };
      },
    } as never);
    v2 = createV2Client(client);
    v1 = createV1Client(client);
  });
  afterEach(async () => {
    await h.reset();
    expect(drift()).toEqual([]);
  });

  const update = (number: number, value: string) =>
    v2.page.updatePage({
      id: id(PLAN_PAGE),
      body: {
        id: PLAN_PAGE,
        status: 'current',
        title: 'PI 1 plan',
        body: { representation: 'storage', value },
        version: { number },
      },
    });

  test('reads pages, their versions and their tree', async () => {
    const page = await v2.page.getPageById({
      id: id(HUGE_ID),
      bodyFormat: 'storage',
      includeLabels: true,
    } as never);
    expect(page).toMatchObject({ id: HUGE_ID, title: 'Control room requirements', status: 'current' });
    const all: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const list = await v2.page.getPages({ limit: 5, cursor, bodyFormat: 'storage' } as never);
      all.push(...(list.results ?? []).map((one) => String(one.id)));
      const next = list._links?.next;
      if (!next) break;
      cursor = new URL(next, 'http://x').searchParams.get('cursor') ?? undefined;
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all).toContain(HUGE_ID);
    const byIds = await v2.page.getPages({ id: [id(PLAN_PAGE), id(HUGE_ID), 1] } as never);
    expect(byIds.results).toHaveLength(2);
    const byTitle = await v2.page.getPagesInSpace({ id: id(PLAN_SPACE), title: 'PI 1 plan' } as never);
    expect(byTitle.results).toHaveLength(1);
    await update(2, '<p>two</p>');
    const versions = await v2.version.getPageVersions({ id: id(PLAN_PAGE), bodyFormat: 'storage' } as never);
    expect(versions.results?.map(({ number }) => number)).toEqual([2, 1]);
    const details = await v2.version.getPageVersionDetails({
      pageId: id(PLAN_PAGE),
      versionNumber: 1,
    } as never);
    expect(details).toMatchObject({ number: 1, nextVersion: 2 });
    const parents = await v2.page.getPages({ spaceId: [id(PLAN_SPACE)], title: 'Depots' } as never);
    const depots = id(String(parents.results?.[0]?.id));
    expect((await v2.children.getPageDirectChildren({ id: depots })).results).toHaveLength(1);
    expect((await v2.children.getChildPages({ id: depots })).results).toHaveLength(1);
    expect((await v2.descendants.getPageDescendants({ id: depots })).results).toHaveLength(2);
    expect((await v2.descendants.getPageDescendants({ id: depots, depth: 5 })).results).toHaveLength(3);
    expect((await v2.ancestors.getPageAncestors({ id: depots })).results).toHaveLength(1);
    expect((await v2.label.getPageLabels({ id: id(PLAN_PAGE) })).results?.[0]?.name).toBe('planning');
    expect((await v2.operation.getPageOperations({ id: id(PLAN_PAGE) })).operations).not.toEqual([]);
  });

  test('updates pages, and is refused stale versions and malformed bodies', async () => {
    const value =
      '<p>New <ac:structured-macro ac:name="status"><ac:parameter ac:name="title">Done</ac:parameter></ac:structured-macro></p>';
    expect((await update(2, value)).version?.number).toBe(2);
    await expect(update(2, '<p>late</p>')).rejects.toMatchObject({ status: 409 });
    await expect(update(3, '<p>a<br></p>')).rejects.toMatchObject({ status: 400 });
    expect(
      (await v2.page.updatePageTitle({ id: id(PLAN_PAGE), body: { status: 'current', title: 'PI 1' } }))
        .title,
    ).toBe('PI 1');
    await expect(v2.page.getPageById({ id: 1 })).rejects.toBeInstanceOf(NotFoundError);
  });

  test('reads and ticks tasks, and reads spaces and people', async () => {
    const tasks = await v2.task.getTasks({ pageId: [id(TASK_PAGE)], bodyFormat: 'storage' } as never);
    expect(tasks.results).toHaveLength(3);
    const open = tasks.results?.find(({ status }) => status === 'incomplete');
    const ticked = await v2.task.updateTask({ id: id(String(open?.id)), body: { status: 'complete' } });
    expect(ticked).toMatchObject({ status: 'complete' });
    const spaces = await v2.space.getSpaces({ keys: ['PLAN'] } as never);
    expect(spaces.results?.[0]).toMatchObject({ id: PLAN_SPACE, key: 'PLAN' });
    expect((await v2.space.getSpaceById({ id: id(PLAN_SPACE) })).homepageId).toBe('295028');
    const { authorId } = await v2.page.getPageById({ id: id(PLAN_PAGE) });
    const users = await v2.user.createBulkUserLookup({ body: { accountIds: [String(authorId), 'nobody'] } });
    expect(users.results?.map(({ displayName }) => displayName)).toEqual(['Bruno Keller']);
  });

  test('keeps content properties', async () => {
    const pageId = id(PLAN_PAGE);
    const created = await v2.contentProperties.createPageProperty({
      pageId,
      key: 'plan.map',
      value: { a: [1] },
    } as never);
    const propertyId = id(String(created.id));
    await expect(
      v2.contentProperties.createPageProperty({ pageId, key: 'plan.map', value: 1 } as never),
    ).rejects.toMatchObject({ status: 409 });
    const updated = await v2.contentProperties.updatePagePropertyById({
      pageId,
      propertyId,
      key: 'plan.map',
      value: 2,
      version: { number: 2 },
    } as never);
    expect(updated).toMatchObject({ value: 2, version: { number: 2 } });
    const list = await v2.contentProperties.getPageContentProperties({ pageId, key: 'plan.map' });
    expect(list.results).toHaveLength(1);
    await v2.contentProperties.deletePagePropertyById({ pageId, propertyId });
    await expect(
      v2.contentProperties.getPageContentPropertiesById({ pageId, propertyId }),
    ).rejects.toBeInstanceOf(NotFoundError);
  });

  test('asks version 1 who it is and searches', async () => {
    expect(await v1.users.getCurrentUser()).toMatchObject({
      displayName: 'Planning Service',
      accountType: 'app',
    });
    await h.advance(2000);
    const found = await v1.search.searchByCQL({ cql: 'type = page and label = planning', limit: 5 } as never);
    expect(found.results).toHaveLength(5);
    await expect(v1.search.searchByCQL({ cql: 'no such (' } as never)).rejects.toMatchObject({ status: 400 });
    const restrictions = await v1.contentRestrictions.getRestrictions({ id: PLAN_PAGE } as never);
    expect(restrictions.results).toHaveLength(2);
  });

  test('tells its errors apart', async () => {
    const read = () => v2.page.getPageById({ id: id(PLAN_PAGE) });
    await h.fault('rate-limit', { retryAfter: 7 });
    await expect(read()).rejects.toMatchObject({ constructor: RateLimitError, retryAfterMs: 7000 });
    await h.fault('5xx');
    await expect(read()).rejects.toBeInstanceOf(ServerError);
    await h.fault('html');
    await expect(read()).rejects.toBeInstanceOf(SchemaMismatchError);
    await h.fault('scope');
    await expect(read()).rejects.toBeInstanceOf(ScopeError);
    await h.switchTo({ putForbidden: 403 });
    await h.local('access', { edit: [] });
    await expect(update(2, '<p>no</p>')).rejects.toBeInstanceOf(ForbiddenError);
    // An expired token is renewed once, and the request is repeated.
    await h.advance(3_600_000);
    expect((await read()).id).toBe(PLAN_PAGE);
    await h.local('revoke');
    await h.advance(3_600_000);
    await expect(read()).rejects.toThrow();
  });

  test('reads the site with a classic API token', async () => {
    const { email, apiToken } = h.confluence.credentials;
    const site = createV2Client({ host: h.confluence.siteUrl, auth: { type: 'basic', email, apiToken } });
    expect((await site.page.getPageById({ id: id(PLAN_PAGE) })).title).toBe('PI 1 plan');
    const wrong = createV2Client({
      host: h.confluence.siteUrl,
      auth: { type: 'basic', email, apiToken: 'x' },
    });
    await expect(wrong.page.getPageById({ id: id(PLAN_PAGE) })).rejects.toBeInstanceOf(AuthError);
  });
};
