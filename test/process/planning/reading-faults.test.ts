import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inParallel } from '../../../shared/in-parallel.ts';
import { headings } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import {
  isAlive,
  isShownWhole,
  type PlannedSession,
  type Planner,
  seenOf,
} from '../../support/planning/seen.ts';
import { type Fault, faulty } from '../../support/planning/steps.ts';

/** `FAULTS=all` has single failures too, after which the worker lives on. */
const FAULTS: Fault[] = process.env.FAULTS ? ['dies', 'fails', 'is not answered'] : ['dies'];
/** A run that died counts as dead after a minute and a half, and an outage is waited for. */
const LATER_MS = 20 * 60_000;
/** Items of the first reading. `ITEMS=250` stores a hundred of them at once, as in production. */
const ITEMS = Number(process.env.ITEMS ?? 10);
const SMALL = { itemsAPiece: 4 };
const TIMEOUT_MS = process.env.FAULTS || process.env.ITEMS ? 600_000 : 120_000;

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const lines = (...all: string[]): string => headings(all.join('\n'));
const MANY = lines(
  'epic E9: Billing',
  'feature F9: Invoices',
  ...Array.from({ length: ITEMS - 2 }, (_, at) => `story S${100 - at}: Story number ${at}`),
);
const HEAD = ['epic E9: Billing', 'feature F9: Invoices', 'Benefit: fewer calls about invoices'];
const V1 = lines(
  ...HEAD,
  'story: Send the invoice to the customer by mail',
  'story S12: Archive it',
  'story S7: Refund a card',
  'story S3: Pay an invoice',
);
const V2 = lines(
  ...HEAD,
  'story: Send the invoice to the buyer by mail at once',
  'story S12: Archive it',
  'story S7: Refund a card',
  'story S3: Pay an invoice',
);
/** Drops the proposal of V2, changes, moves, adds and misses. */
const V3 = lines(
  'epic E9: Billing and more',
  'feature F4: Archive',
  'story S12: Archive it',
  'feature F9: Invoices',
  'Benefit: no calls about invoices',
  'story S3: Pay an invoice',
  'story S8: Write to the lawyer about it',
);

/** A session as it is before the reading that has a fault. */
const before = {
  'a first reading': async () => {
    const session = await planner.plan(await planner.newPage(MANY), undefined, { isRead: false });
    return session;
  },
  'a reading that changes everything': async () => {
    const pageId = await planner.newPage(V1);
    const session = await planner.plan(pageId);
    await planner.edit(pageId, { storage: V2 });
    await session.again();
    await planner.edit(pageId, { storage: V3 });
    await session.ask(await session.row());
    return session;
  },
} satisfies Record<string, () => Promise<PlannedSession>>;
type Story = keyof typeof before;

const pieces = {
  'a first reading': process.env.ITEMS ? {} : SMALL,
  'a reading that changes everything': SMALL,
};

const workerWith = (story: Story, fault: Fault, nth: number) => {
  const { step, steps } = faulty(fault, nth);
  return { ...planner.container({ step, ...pieces[story] }), steps };
};

/** A session that went through the story without a fault, and how many steps its worker took. */
const healthy = async (story: Story) => {
  const session = await before[story]();
  const worker = workerWith(story, 'dies', Number.POSITIVE_INFINITY);
  expect(await worker.read(session.id)).toEqual(['read']);
  return { expected: await seenOf(session), steps: worker.steps() };
};

describe.each(Object.keys(before) as Story[])('%s', (story) => {
  test.each(FAULTS)(
    'ends in the same way, whichever of its steps %s',
    { timeout: TIMEOUT_MS },
    async (fault) => {
      const { expected, steps } = await healthy(story);
      expect(steps.length).toBeGreaterThan(18);
      const runs = await inParallel(steps, async (what) => ({ what, session: await before[story]() }));
      await inParallel([...runs.entries()], async ([nth, { what, session }]) => {
        const worker = workerWith(story, fault, nth);
        await worker.read(session.id).catch(() => {});
        expect(worker.steps().at(nth)).toBe(what);
        expect(await isAlive(session), `step ${nth}, ${what}`).toBe(true);
        expect(await isShownWhole(session), `step ${nth}, ${what}`).toBe(true);
      });
      for (let later = 0; later < 2; later++) {
        await planner.advance(LATER_MS);
        await inParallel(runs, ({ session }) => planner.container(pieces[story]).read(session.id));
      }
      for (const [nth, { what, session }] of runs.entries()) {
        expect(await seenOf(session), `step ${nth}, ${what}`).toEqual(expected);
        expect((await session.row()).dueAt, `step ${nth}, ${what}`).toBeUndefined();
      }
    },
  );
});
