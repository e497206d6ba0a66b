import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inParallel } from '../../../shared/in-parallel.ts';
import { headings } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import { expectPage, type PlannedSession, type Planner } from '../../support/planning/seen.ts';
import { interrupted } from '../../support/planning/steps.ts';

/** Steps of a reading that are interrupted: every one with `FAULTS=all`, else each `SPARSE`th. */
const SPARSE = process.env.FAULTS ? 1 : 3;
const MOST_STEPS = 60;
const itemsAPiece = 3;
const ME = 'auth0|me';
const DEAD_MS = 2 * 60_000;

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const page = (mail: string, ...more: string[]): string =>
  headings(
    [
      'epic E9: Billing',
      'feature F9: Invoices',
      'Benefit: fewer calls',
      mail,
      'story S12: Archive it',
      ...more,
    ].join('\n'),
  );
const BY_MAIL = 'story: Send the invoice to the customer by mail';
const AT_ONCE = 'story: Send the invoice to the buyer by mail at once';
const V1 = page(BY_MAIL);
const V2 = page(AT_ONCE);
const V3 = page(
  AT_ONCE,
  'story S3: Pay an invoice in two weeks',
  'feature F4: Refunds',
  'story S5: Refund a card',
);
const V4 = page(
  AT_ONCE,
  'feature F4: Refunds',
  'story S6: Refund in cash',
  'story S5: Refund a card at once',
);

/** A session with an open question, whose page has changed again. */
const asked = async () => {
  const pageId = await planner.newPage(V1);
  const session = await planner.plan(pageId);
  const known = (await session.item(BY_MAIL.slice(7))).id;
  await planner.edit(pageId, { storage: V2 });
  await session.again();
  const proposed = (await session.item(AT_ONCE.slice(7))).id;
  await planner.edit(pageId, { storage: V3 });
  await session.ask(await session.row());
  return { pageId, session, known, proposed };
};
type Asked = Awaited<ReturnType<typeof asked>>;

const settle = async (session: PlannedSession) => {
  for (let tries = 0; tries < 4 && (await session.row()).dueAt; tries++) {
    await planner.advance(DEAD_MS);
    await session.read(session.id);
  }
};

/** Lets something happen before each step of a reading in turn. The reading must not throw. */
const atEveryStep = async (
  act: (of: Asked) => Promise<unknown>,
  check: (of: Asked, nth: number) => Promise<unknown>,
): Promise<void> => {
  for (let nth = 0; nth < MOST_STEPS; nth += SPARSE) {
    const of = await asked();
    const { step, reached } = interrupted(nth, () => act(of));
    await planner.container({ step, itemsAPiece }).read(of.session.id);
    if (!reached()) return;
    await settle(of.session);
    await expectPage(planner, of.session);
    await check(of, nth);
  }
  throw new Error('The reading has more steps.');
};

const many = { timeout: process.env.FAULTS ? 600_000 : 60_000 };

describe('while a worker reads', () => {
  test('another one that reads a newer version after it stalled has the last word', many, async () => {
    await atEveryStep(
      async ({ pageId, session }) => {
        await planner.edit(pageId, { storage: V4 });
        await planner.advance(DEAD_MS);
        await session.ask(await session.row());
        await planner.container({ itemsAPiece }).read(session.id);
      },
      async ({ session }) => expect(await session.seen()).toContain('Refund in cash'),
    );
  });

  test(
    'another one that reads the same page makes no item twice, and one entry in history',
    many,
    async () => {
      await atEveryStep(
        async ({ session }) => {
          await planner.advance(DEAD_MS);
          await planner.container({ itemsAPiece }).read(session.id);
        },
        async ({ session }) => {
          const { items } = await session.history.list(session.workspace.id, { limit: 10 });
          expect(items.filter(({ kind }) => kind === 'plan_read')).toHaveLength(3);
        },
      );
    },
  );

  test('the page may be edited and a reading asked for, and there is another reading', many, async () => {
    await atEveryStep(
      async ({ pageId, session }) => {
        await planner.edit(pageId, { storage: V4 });
        await session.ask(await session.row());
      },
      async ({ session }) => expect(await session.seen()).toContain('Refund in cash'),
    );
  });

  test('a caller who asks again and again does not keep it from being read', async () => {
    const { session } = await asked();
    const step = async <T>(what: string, call: () => Promise<T>) => {
      if (what !== 'UpdateItem') await session.ask(await session.row());
      return call();
    };
    await planner.container({ step, itemsAPiece }).read(session.id);
    expect((await session.row()).readVersion).toBe(3);
    expect(await session.seen()).toContain('Refund a card');
  });

  test('a word is kept at every step', many, async () => {
    await atEveryStep(
      async ({ session, known }) => {
        const archive = (await session.item('Archive it')).id;
        await session.decide(await session.row(), archive, { level: 'feature', ignored: true }, ME);
        await session.decide(await session.row(), known, { enabler: 'compliance' }, ME);
      },
      async ({ session, known }) => {
        expect((await session.item('Archive it')).word).toEqual({ level: 'feature', ignored: true });
        const { items } = { items: await session.items() };
        expect(items.find(({ id }) => id === known)?.word).toEqual({ enabler: 'compliance' });
      },
    );
  });

  test.each(['confirm', 'refuse'] as const)(
    'a match is decided (%s) for good, or refused as a conflict',
    many,
    async (match) => {
      const outcomes = new Map<string, 'decided' | 'conflict'>();
      await atEveryStep(
        async ({ session, proposed }) => {
          const row = await session.row();
          outcomes.set(
            session.id,
            await session.decide(row, proposed, { match }, ME).then(
              () => 'decided' as const,
              (error) => {
                expect(error).toMatchObject({ kind: 'conflict' });
                return 'conflict' as const;
              },
            ),
          );
        },
        async ({ session, known, proposed }) => {
          const item = await session.item(AT_ONCE.slice(7));
          const other = (await session.items()).find(({ id }) => id === known);
          const is = { item: item.id, state: item.state, other: other?.state };
          if (outcomes.get(session.id) === 'conflict')
            expect(is).toEqual({ item: proposed, state: 'proposed', other: 'unsure' });
          else if (match === 'confirm')
            expect(is).toEqual({ item: known, state: 'present', other: 'present' });
          else expect(is).toEqual({ item: proposed, state: 'present', other: 'missing' });
        },
      );
      expect(new Set(outcomes.values())).toEqual(new Set(['decided', 'conflict']));
    },
  );

  test('the session may be ended, and go on later with the same items', many, async () => {
    await atEveryStep(
      async ({ pageId, session }) => {
        await session.sessions.end(await session.row(), planner.now());
        expect(await session.row()).toMatchObject({ status: 'ended' });
        await planner.plan(pageId, session, { isRead: false });
      },
      async ({ session, known, proposed }) => {
        const ids = (await session.items()).map(({ id }) => id);
        expect(ids).toContain(known);
        expect(ids).toContain(proposed);
      },
    );
  });

  test('an ended session stays as it is', many, async () => {
    for (let nth = 0; nth < MOST_STEPS; nth += SPARSE) {
      const { session } = await asked();
      let ended: unknown[] = [];
      const { step, reached } = interrupted(nth, async () => {
        await session.sessions.end(await session.row(), planner.now());
        ended = [await session.row(), await session.items()];
      });
      await planner.container({ step, itemsAPiece }).read(session.id);
      if (!reached()) return;
      expect([await session.row(), await session.items()], `step ${nth}`).toEqual(ended);
    }
  });
});

test('workers that read at the same moment make no item twice', async () => {
  const stories = await inParallel([1, 2, 3, 4], asked);
  await inParallel(stories, async ({ session }) => {
    const read = () => planner.container({ itemsAPiece }).read(session.id);
    await Promise.all([read(), read(), read()]);
  });
  for (const { session } of stories) {
    await settle(session);
    await expectPage(planner, session);
  }
});
