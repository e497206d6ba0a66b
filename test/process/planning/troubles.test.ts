import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BILLING, BILLING_TITLES } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';

const HOUR_MS = 3_600_000;

let planner: Awaited<ReturnType<typeof startPlanner>>;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const control = (path: string, body: object = {}) => planner.control('POST', path, body);

type Trouble = {
  name: string;
  /** Brings the trouble about, and ends it. */
  begin: (pageId: string) => Promise<unknown>;
  end: (pageId: string) => Promise<unknown>;
  code: string;
  status: 'failed' | 'paused';
};

const troubles: Trouble[] = [
  {
    name: 'a page in the trash',
    begin: (id) => control(`pages/${id}/trash`),
    end: (id) => control(`pages/${id}/restore`),
    code: 'page_trashed',
    status: 'failed',
  },
  {
    name: 'an archived page',
    begin: (id) => control(`pages/${id}/archive`),
    end: (id) => control(`pages/${id}/unarchive`),
    code: 'page_archived',
    status: 'failed',
  },
  {
    name: 'a page that the account may not view',
    begin: (id) => control(`pages/${id}/restrict`, { read: ['Ada Okafor'] }),
    end: (id) => control(`pages/${id}/restrict`, {}),
    code: 'page_not_found',
    status: 'failed',
  },
  {
    name: 'a space that the account may not see any more',
    begin: () => control('access', { see: [], edit: [] }),
    end: () => control('access', { see: ['PLAN'], edit: ['PLAN'] }),
    code: 'page_not_found',
    status: 'failed',
  },
  {
    name: 'a rate limit',
    begin: () => control('faults', { kind: 'rate-limit', count: 1, retryAfter: 120 }),
    end: async () => {},
    code: 'site_paused',
    status: 'paused',
  },
  {
    name: 'an outage',
    begin: () => control('faults', { kind: '5xx', count: 20 }),
    end: () => planner.control('DELETE', 'faults'),
    code: 'unavailable',
    status: 'failed',
  },
  {
    name: 'a page that is blank all of a sudden',
    begin: (id) => planner.edit(id, { storage: '<p>Oops.</p>' }),
    end: (id) => planner.edit(id, { storage: BILLING }),
    code: 'no_plan_any_more',
    status: 'failed',
  },
];

describe.each(troubles)('$name', ({ begin, end, code, status }) => {
  test('is told by the session, changes no item, and heals by itself', async () => {
    const pageId = await planner.newPage(BILLING);
    const session = await planner.plan(pageId);
    const before = await session.items();
    await begin(pageId);
    expect(await session.again()).toEqual(['failed']);
    const troubled = await session.row();
    expect(troubled).toMatchObject({ status, reason: { code } });
    expect(troubled.reason?.message).toMatch(/^[A-Z“].*\.$/);
    expect(troubled.reason?.mend).toMatch(/^[A-Z].*\.$/);
    expect(await session.items()).toEqual(before);

    await end(pageId);
    expect(await session.read(session.id)).toEqual(['not_due']);
    // The tick finds it once it is due again.
    await planner.advance(HOUR_MS);
    expect((await session.sessions.due(planner.now())).map(({ id }) => id)).toContain(session.id);
    expect(await session.read(session.id)).toEqual(['read']);
    expect(await session.row()).toMatchObject({ status: 'completed', tries: 0 });
    expect((await session.row()).reason).toBeUndefined();
    expect(await session.seen()).toEqual(BILLING_TITLES);
  });
});

describe('malformed storage', () => {
  const broken = BILLING.replace('</h2>', '</h2>\n<p>✂️ a & b</p>');

  test('of a page that was read says where it is, keeps its items, and heals when the page is repaired', async () => {
    const pageId = await planner.newPage(BILLING);
    const session = await planner.plan(pageId);
    const before = [await session.items(), (await session.row()).found];
    await control(`pages/${pageId}/corrupt`, { storage: broken });
    expect(await session.again()).toEqual(['failed']);
    expect(await session.row()).toMatchObject({
      status: 'failed',
      readVersion: 1,
      reason: {
        code: 'malformed',
        // Where the parser stops: it has read the `&` and the blank.
        message: expect.stringMatching(/malformed: .*reference.* \(line 2, column 11\)\.$/),
        mend: expect.stringContaining('source editor'),
      },
    });
    expect([await session.items(), (await session.row()).found]).toEqual(before);

    await planner.edit(pageId, { storage: BILLING.replace('Estimate: 3', 'Estimate: 5') });
    await planner.advance(HOUR_MS);
    expect(await session.read(session.id)).toEqual(['read']);
    expect(await session.row()).toMatchObject({ status: 'completed', readVersion: 3, tries: 0 });
    expect((await session.row()).reason).toBeUndefined();
    expect((await session.items()).map(({ id }) => id)).toEqual(
      (before[0] as { id: string }[]).map(({ id }) => id),
    );
    const fields = await session.items_.fieldsOf(await session.item('Send an invoice'));
    expect(fields.estimate).toBe(5);
  });

  test('of a page that is new fails the session, which has no items until it is repaired', async () => {
    const pageId = await planner.newPage(BILLING);
    await control(`pages/${pageId}/corrupt`, { storage: '<p>' });
    const session = await planner.plan(pageId);
    expect(await session.row()).toMatchObject({ status: 'failed', reason: { code: 'malformed' } });
    expect(await session.items()).toEqual([]);
    await planner.edit(pageId, { storage: BILLING });
    await planner.advance(HOUR_MS);
    expect(await session.read(session.id)).toEqual(['read']);
    expect(await session.seen()).toEqual(BILLING_TITLES);
  });
});

test('a page that is moved to a space that may not be planned is not read, however visible', async () => {
  const { spaces } = await planner.control<{ spaces: { id: string }[] }>('POST', 'seed', {
    spaces: [{ key: 'OTHER', name: 'Other' }],
  });
  const pageId = await planner.newPage(BILLING);
  const session = await planner.plan(pageId);
  await control(`pages/${pageId}/move`, { spaceId: spaces[0]?.id });
  await session.again();
  expect(await session.row()).toMatchObject({ status: 'failed', reason: { code: 'space_not_planned' } });
});

test('a renamed page goes on under its new name', async () => {
  const pageId = await planner.newPage(BILLING);
  const session = await planner.plan(pageId);
  await control(`pages/${pageId}/rename`, { title: 'Billing, renamed' });
  expect(await session.again()).toEqual(['read']);
  expect(await session.row()).toMatchObject({ pageTitle: 'Billing, renamed', readVersion: 2 });
});

test('a token that expires between two requests is fetched anew', async () => {
  const pageId = await planner.newPage(BILLING);
  const session = await planner.plan(pageId);
  await control('faults', { kind: 'expired-token', count: 1 });
  expect(await session.again()).toEqual(['read']);
});

test('a session waits while its workspace has no site, and goes on once it has one again', async () => {
  const pageId = await planner.newPage(BILLING);
  const session = await planner.plan(pageId);
  await planner.sites.forget((await planner.sites.get(session.workspace.id)) as never);
  await session.again();
  expect(await session.row()).toMatchObject({ status: 'paused', reason: { code: 'site_missing' } });
  await planner.connectSite(session.workspace);
  await planner.advance(HOUR_MS);
  expect(await session.read(session.id)).toEqual(['read']);
});

test('a page over the limits says which one', async () => {
  const rows = Array.from(
    { length: 2_001 },
    (_, row) => `<tr><td>F${row + 1}</td><td>Feature ${row}</td></tr>`,
  );
  const table = `<table><tbody><tr><th>Key</th><th>Feature</th></tr>${rows.join('')}</tbody></table>`;
  const session = await planner.plan(await planner.newPage(table));
  expect(await session.row()).toMatchObject({
    status: 'failed',
    reason: { code: 'too_large', message: expect.stringContaining('more than 2000 items') },
  });
  expect(await session.items()).toEqual([]);
});
