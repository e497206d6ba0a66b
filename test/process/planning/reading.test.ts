import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BILLING, BILLING_TITLES, headings } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';

let planner: Awaited<ReturnType<typeof startPlanner>>;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const billing = async () => {
  const pageId = await planner.newPage(BILLING);
  return { pageId, session: await planner.plan(pageId) };
};

describe('a page that is read', () => {
  test('becomes items within their parents, and the session says what was found', async () => {
    const { session } = await billing();
    expect(await session.seen()).toEqual(BILLING_TITLES);
    const invoices = await session.item('Invoices');
    expect((await session.item('Send an invoice')).parentId).toBe(invoices.id);
    expect(await session.items()).toMatchObject([{ level: 'epic', key: 'E4' }, {}, {}, {}, {}, {}]);
    expect(await session.row()).toMatchObject({
      status: 'completed',
      progress: 100,
      readVersion: 1,
      found: { outcome: 'plan', counts: { epic: 1, feature: 2, story: 3, present: 6 } },
    });
  });

  test('is read again without a write to any item, text or history while nothing changes', async () => {
    const { session } = await billing();
    const before = await session.items();
    planner.tables.operations();
    expect(await session.again()).toEqual(['read']);
    const written = planner.tables.operations().filter((each) => /^(Put|Update|Delete|Transact)/.test(each));
    expect(written.filter((each) => !/ (planning_sessions|leases)$/.test(each))).toEqual([]);
    expect(await session.items()).toEqual(before);
  });

  test('keeps the items that are retitled, moved and saved by the editor, and tells what is added and missing', async () => {
    const { pageId, session } = await billing();
    const before = new Map((await session.items()).map(({ key, id }) => [key, id]));
    await planner.edit(pageId, {
      editor: true,
      storage: headings(`
        epic E4: Billing and refunds
        feature F2: Refunds
        story S1: Send an invoice by mail
        feature F1: Invoices
        story S9: Pay an invoice
        story S7: Refund a card`),
    });
    await session.again();
    expect(await session.seen()).toEqual([
      'Billing and refunds',
      'Refunds',
      'Send an invoice by mail',
      'Invoices',
      'Pay an invoice',
      'Refund a card',
      'Remind of an invoice (missing)',
    ]);
    for (const { key, id, state } of await session.items())
      if (state === 'present' && key !== 'S9') expect(id).toBe(before.get(key));
    const refunds = await session.item('Refunds');
    const sent = await session.item('Send an invoice by mail');
    expect(sent).toMatchObject({ parentId: refunds.id, pageVersion: 1 });
    expect((await session.item('Pay an invoice')).pageVersion).toBe(2);
  });

  test('lists its items by level, by type of enabler and by state', async () => {
    const rest = '<h2>Feature F2: Refunds</h2><h2>Enabler Feature (compliance) F3: Audit</h2>';
    const first = '<h1>Epic E4: Billing</h1><h2>Enabler Feature F1: Queues</h2>';
    const pageId = await planner.newPage(first + rest);
    const session = await planner.plan(pageId);
    await planner.edit(pageId, { storage: first });
    await session.again();
    const list = async (filter: Parameters<typeof session.items_.list>[1]) =>
      (await session.items_.list(session.id, filter, { limit: 100 })).items.map(({ title }) => title);
    expect(await list({})).toHaveLength(4);
    expect(await list({ level: 'epic' })).toEqual(['Billing']);
    expect(await list({ enabler: 'any' })).toEqual(['Queues', 'Audit']);
    expect(await list({ enabler: 'none' })).toEqual(['Billing', 'Refunds']);
    expect(await list({ enabler: 'compliance' })).toEqual(['Audit']);
    expect(await list({ state: 'missing', enabler: 'none' })).toEqual(['Refunds']);
  });

  test('brings an item back that was missing', async () => {
    const { pageId, session } = await billing();
    const { id } = await session.item('Refund a card');
    await planner.edit(pageId, { storage: headings('epic E4: Billing\nfeature F1: Invoices') });
    await session.again();
    expect(await session.item('Refund a card')).toMatchObject({ state: 'missing' });
    await planner.edit(pageId, { storage: BILLING });
    await session.again();
    expect(await session.item('Refund a card')).toMatchObject({ id, state: 'present' });
    expect((await session.item('Refund a card')).missingSince).toBeUndefined();
  });

  test('that is no plan leaves no item and says what was seen', async () => {
    const session = await planner.plan(await planner.newPage('<p>Lunch is at noon.</p>'));
    expect(await session.items()).toEqual([]);
    expect(await session.row()).toMatchObject({ status: 'completed', found: { outcome: 'not_a_plan' } });
  });

  test('is written down in history once for each reading that changed something', async () => {
    const { pageId, session } = await billing();
    await session.again();
    await planner.edit(pageId, { replace: [['Refund a card', 'Refund a card at once']] });
    await session.again();
    const { items } = await session.history.list(session.workspace.id, { limit: 10 });
    const reads = items.filter(({ kind }) => kind === 'plan_read');
    expect(reads.map(({ counts }) => counts)).toEqual([{ 'items.updated': 1 }, { 'items.created': 6 }]);
    expect(reads[0]).toMatchObject({ sessionId: session.id, projectId: session.projectId });
  });
});

describe('two workspaces', () => {
  test('plan the same page in sessions of their own', async () => {
    const pageId = await planner.newPage(BILLING);
    const [mine, theirs] = [await planner.plan(pageId), await planner.plan(pageId)];
    expect(mine.id).not.toBe(theirs.id);
    await mine.decide(await mine.row(), (await mine.item('Refunds')).id, { ignored: true }, 'auth0|me');
    expect((await theirs.item('Refunds')).word).toBeUndefined();
    const ids = new Set((await mine.items()).map(({ id }) => id));
    expect((await theirs.items()).filter(({ id }) => ids.has(id))).toEqual([]);
  });
});

describe('the same page', () => {
  test('has one session in a workspace, also if two callers ask at once', async () => {
    const pageId = await planner.newPage(BILLING);
    const in_ = await planner.newPlanningWorkspace();
    const request = { confluencePageUrl: planner.addressOf(pageId), projectId: in_.projectId };
    const create = () => planner.container().create(in_.workspace, request, 'auth0|owner');
    const made = await Promise.all([create(), create(), create()]);
    expect(new Set(made.map(({ session }) => session.id)).size).toBe(1);
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  test('goes on with its items after the session was ended', async () => {
    const { pageId, session } = await billing();
    const ids = (await session.items()).map(({ id }) => id);
    await session.sessions.end(await session.row(), planner.now());
    expect(await session.row()).toMatchObject({ status: 'ended' });
    expect(await session.read(session.id)).toEqual(['not_due']);
    const revived = await planner.plan(pageId, session);
    expect(revived.id).toBe(session.id);
    expect((await revived.items()).map(({ id }) => id)).toEqual(ids);
    expect(await revived.row()).toMatchObject({ status: 'completed' });
  });
});
