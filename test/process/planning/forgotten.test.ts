import { afterAll, beforeAll, expect, test } from 'vitest';
import { conditions } from '../../../shared/data/condition.ts';
import { tableOf } from '../../../shared/data/table.ts';
import { planning_texts } from '../../../shared/data/tables.ts';
import { random } from '../../../testing/random.ts';
import { headings } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import { expectPage, type Planner } from '../../support/planning/seen.ts';
import { interrupted } from '../../support/planning/steps.ts';

/** Steps of a reading that are interrupted: every one with `FAULTS=all`, else each third. */
const SPARSE = process.env.FAULTS ? 1 : 3;
const DAY_MS = 24 * 3_600_000;
const ME = 'auth0|me';

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const HEAD = ['epic E9: Billing', 'feature F9: Invoices', 'Benefit: fewer calls'];
const FULL = headings([...HEAD, 'feature F4: Refunds', 'story S12: Refund a card'].join('\n'));
const SHORT = headings(HEAD.join('\n'));
const LEFT = ['Billing', 'Invoices'];

/** A session two of whose items have been missing for this many days. */
const missingFor = async (days: number) => {
  const pageId = await planner.newPage(FULL);
  const session = await planner.plan(pageId);
  await planner.edit(pageId, { storage: SHORT });
  await session.again();
  await planner.advance(days * DAY_MS);
  return { pageId, session };
};

test('an item that has been missing for 90 days is forgotten at the next reading, and not before', async () => {
  const { session } = await missingFor(89);
  await session.again();
  expect(await session.seen()).toEqual([...LEFT, 'Refunds (missing)', 'Refund a card (missing)']);
  await planner.advance(DAY_MS);
  expect(await session.again()).toEqual(['read']);
  expect(await session.seen()).toEqual(LEFT);
  expect((await session.row()).found?.counts.missing).toBeUndefined();
  await expectPage(planner, session);
});

test('one that comes back is the same, however long it was missing', async () => {
  const { pageId, session } = await missingFor(100);
  const before = await session.item('Refunds');
  await planner.edit(pageId, { storage: FULL });
  await session.again();
  expect(await session.item('Refunds')).toMatchObject({ id: before.id, state: 'present' });
  await expectPage(planner, session);
});

test('one that a person has decided something about is kept, until that is taken back', async () => {
  const { session } = await missingFor(100);
  const { id } = await session.item('Refund a card');
  await session.decide(await session.row(), id, { level: 'feature' }, ME);
  await session.again();
  expect(await session.seen()).toEqual([...LEFT, 'Refund a card (missing)']);
  await session.decide(await session.row(), id, { level: null }, ME);
  await session.again();
  expect(await session.seen()).toEqual(LEFT);
});

test('a decision at any step of the reading that forgets is kept, or answered with 404', {
  timeout: 60_000,
}, async () => {
  const outcomes = new Set<string>();
  for (let nth = 0; ; nth += SPARSE) {
    const { session } = await missingFor(100);
    const { id } = await session.item('Refund a card');
    await session.ask(await session.row());
    let outcome = 'kept';
    const { step, reached } = interrupted(nth, async () => {
      const decided = session.decide(await session.row(), id, { ignored: true }, ME);
      await decided.catch((error) => {
        expect(error).toMatchObject({ kind: 'not_found' });
        outcome = 'gone';
      });
    });
    await planner.container({ step }).read(session.id);
    if (!reached()) break;
    outcomes.add(outcome);
    const row = (await session.items()).find((item) => item.id === id);
    expect(row?.word).toEqual(outcome === 'kept' ? { ignored: true } : undefined);
  }
  expect(outcomes).toEqual(new Set(['kept', 'gone']));
});

/** A description that hardly compresses, so that its fields are a text of their own. */
const long = (seed: number): string => {
  const chance = random(seed);
  return Array.from({ length: 3_000 }, () => `w${Math.floor(chance() * 1e9)}`).join(' ');
};

test('the text of a description expires once another has taken its place, and not before', async () => {
  type Part = { sessionId: string; id: string; expiresAtSeconds?: number };
  const table = tableOf<Part>()(planner.tables.db, 'planning_texts', planning_texts);
  const page = (seed: number) => headings([...HEAD, long(seed)].join('\n'));
  const pageId = await planner.newPage(page(1));
  const session = await planner.plan(pageId);
  const texts = async () => {
    const { items } = await table.query({ where: conditions<Part>().eq('sessionId', session.id) });
    return items
      .filter(({ id }) => String(id).startsWith('item-'))
      .map(({ expiresAtSeconds }) => (expiresAtSeconds === undefined ? 'kept' : 'ending'));
  };
  expect(await texts()).toEqual(['kept']);
  await session.again();
  expect(await texts()).toEqual(['kept']);
  await planner.edit(pageId, { storage: page(2) });
  await session.again();
  expect((await texts()).sort()).toEqual(['ending', 'kept']);
  await planner.edit(pageId, { storage: headings(HEAD.join('\n')) });
  await session.again();
  expect(await texts()).toEqual(['ending', 'ending']);
});
