import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfluenceError } from '../../../shared/confluence/errors.ts';
import { tamper } from '../../../testing/tables.ts';
import { BILLING, BILLING_TITLES, headings } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import { expectPage, type Planner } from '../../support/planning/seen.ts';
import type { Step } from '../../support/planning/steps.ts';

const RUN_MS = 5 * 60_000;
const LATER_MS = 20 * 60_000;

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const PAGE = headings(
  [
    'epic E9: Billing',
    'feature F9: Invoices',
    ...Array.from({ length: 6 }, (_, at) => `story S${20 - at}: Story number ${at}`),
  ].join('\n'),
);

/** A worker that stores three items at a time, and does something after the first three. */
const afterThree = (act: () => Promise<unknown> = async () => {}) => {
  let transactions = 0;
  const step: Step = async (what, call) => {
    const result = await call();
    if (what === 'TransactWriteItems' && ++transactions === 1) await act();
    return result;
  };
  return { ...planner.container({ itemsAPiece: 3, step }), transactions: () => transactions };
};

/** A session whose worker had no time left after three of eight items. */
const unfinished = async () => {
  const session = await planner.plan(await planner.newPage(PAGE), undefined, { isRead: false });
  const worker = afterThree(() => planner.advance(RUN_MS));
  expect(await worker.read(session.id)).toEqual(['unfinished']);
  expect((await session.row()).reading).toMatchObject({ stored: 3, changes: 8 });
  return session;
};

describe('a reading that has no time left', () => {
  test('goes on later with the items that are left', async () => {
    const session = await unfinished();
    const next = afterThree();
    expect(await next.read(session.id)).toEqual(['read']);
    expect(next.transactions()).toBe(2);
    await expectPage(planner, session);
  });

  test('begins anew, at once, if what it changes has expired meanwhile', async () => {
    const session = await unfinished();
    await session.texts.remove(session.id, (await session.row()).reading?.text ?? '');
    const [first] = await session.items();
    expect(await session.read(session.id)).toEqual(['read']);
    await expectPage(planner, session);
    expect((await session.items()).at(0)?.id).toBe(first?.id);
  });
});

/** Confluence answers a request for the page with something else, or fails. */
const answering = (change: (page: Record<string, unknown>) => unknown): Step => {
  return async (what, call) => {
    const answer = await call();
    return what === 'confluence.page' ? (change(answer as never) as typeof answer) : answer;
  };
};
const failing = (error: Error) => () => {
  throw error;
};

type Answer = [name: string, code: string, change: Parameters<typeof answering>[0]];
const answers: Answer[] = [
  ['malformed storage', 'malformed', (page) => ({ ...page, storage: '<p>Billing</h1>' })],
  [
    'a version that is older than the one before',
    'unavailable',
    (page) => ({ ...page, version: { number: 1 } }),
  ],
  ['a draft', 'page_draft', (page) => ({ ...page, status: 'draft' })],
  ['a status that nobody knows', 'page_status', (page) => ({ ...page, status: 'historical' })],
  ['more than is read', 'too_large', failing(new ConfluenceError({ is: 'too_large' }))],
  ['no time left', 'unavailable', failing(new ConfluenceError({ is: 'out_of_time' }))],
];

describe.each(answers)('an answer of Confluence with %s', (_, code, change) => {
  test('is told by the session, and its items stay as they are', async () => {
    const pageId = await planner.newPage(BILLING);
    const session = await planner.plan(pageId);
    await planner.edit(pageId, { replace: [['Refund a card', 'Refund a card at once']] });
    await session.again();
    const before = await session.items();
    await session.ask(await session.row());
    expect(await planner.container({ step: answering(change) }).read(session.id)).toEqual(['failed']);
    expect(await session.row()).toMatchObject({ reason: { code }, readVersion: 2 });
    expect(await session.items()).toEqual(before);
    await planner.advance(LATER_MS);
    expect(await session.read(session.id)).toEqual(['read']);
  });
});

test('malformed storage of a new page is no empty plan', async () => {
  const session = await planner.plan(await planner.newPage(BILLING), undefined, { isRead: false });
  const step = answering((page) => ({ ...page, storage: '<p>Billing</h1>' }));
  expect(await planner.container({ step }).read(session.id)).toEqual(['failed']);
  expect(await session.row()).toMatchObject({ status: 'failed', reason: { code: 'malformed' } });
});

test('a fault of ours is told by the session and to the operator, and is tried again by itself', async () => {
  const session = await planner.plan(await planner.newPage(BILLING), undefined, { isRead: false });
  const step = answering(failing(new TypeError('bug')));
  await expect(planner.container({ step }).read(session.id)).rejects.toThrow('1 sessions failed');
  expect(await session.row()).toMatchObject({ status: 'failed', reason: { code: 'fault' } });
  await planner.advance(LATER_MS);
  expect(await session.read(session.id)).toEqual(['read']);
  expect(await session.seen()).toEqual(BILLING_TITLES);
});

test('a page is not read from another site, even if that has a page with its id', async () => {
  const session = await planner.plan(await planner.newPage(BILLING));
  const site = { workspaceId: session.workspace.id };
  await tamper(planner.tables.db, 'confluence_sites', site, { set: { cloudId: 'other' } });
  await session.again();
  expect(await session.row()).toMatchObject({ status: 'paused', reason: { code: 'site_changed' } });
});

test('the report of a reading is kept until there are two newer ones', async () => {
  const pageId = await planner.newPage(BILLING);
  const session = await planner.plan(pageId);
  const reports: string[] = [(await session.row()).found?.report ?? ''];
  for (const lunch of [1, 2]) {
    await planner.edit(pageId, {
      storage: `${BILLING}<hr/><h1>Lunch</h1>${'<p>At noon.</p>'.repeat(lunch)}`,
    });
    await session.again();
    reports.push((await session.row()).found?.report ?? '');
  }
  expect(new Set(reports).size).toBe(3);
  const texts = await Promise.all(reports.map((name) => session.texts.get(session.id, name)));
  expect(texts.map((text) => text !== undefined)).toEqual([false, true, true]);
});

describe('a page that cannot be read', () => {
  const dueInMs = async (session: Awaited<ReturnType<typeof unfinished>>) =>
    Date.parse((await session.row()).dueAt?.slice(0, 24) ?? '') - planner.now();

  test('is tried again after the time that Confluence names', async () => {
    const session = await planner.plan(await planner.newPage(BILLING));
    await planner.control('POST', 'faults', { kind: 'rate-limit', count: 1, retryAfter: 1_200 });
    await session.again();
    expect(await dueInMs(session)).toBeGreaterThan(1_100_000);
  });

  test('is tried again after longer and longer times', async () => {
    const pageId = await planner.newPage(BILLING);
    const session = await planner.plan(pageId);
    await planner.control('POST', `pages/${pageId}/trash`, {});
    const times: number[] = [];
    for (let tries = 0; tries < 3; tries++) {
      await session.again();
      times.push(Math.round((await dueInMs(session)) / 60_000));
    }
    expect(times).toEqual([5, 10, 20]);
  });
});
