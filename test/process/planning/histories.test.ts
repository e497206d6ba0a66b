import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Word } from '../../../shared/domain/planning/item.ts';
import { random } from '../../../testing/random.ts';
import { headings } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import { expectPage, isAlive, isShownWhole, type Planner } from '../../support/planning/seen.ts';
import { type Fault, faulty, interrupted } from '../../support/planning/steps.ts';

const HISTORIES = Number(process.env.HISTORIES ?? 4);
const SEED = Number(process.env.SEED ?? 1);
const ACTS = 10;
const ME = 'auth0|me';
const LATER_MS = 20 * 60_000;

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const fixture = (file: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/planning', file), 'utf8');
/** Two versions of the same page, as people edited it. */
const EDITED = ['01-dunning-headings', '02-bed-board-cloud', '03-warehouse-table', '11-merged-museum'];

type Dice = ReturnType<typeof diceOf>;
const diceOf = (seed: number) => {
  const next = random(seed);
  const below = (most: number) => Math.floor(next() * most);
  return {
    below,
    isLucky: (chance: number) => next() < chance,
    one: <T>(of: readonly T[]): T => of[below(of.length)] as T,
  };
};

const WORDS = ['invoice', 'refund', 'customer', 'letter', 'archive', 'card', 'mail', 'ledger', 'export'];
/** A line of a generated page. The same number is the same item, whatever its title. */
type Line = { number: number; level: 'epic' | 'feature' | 'story'; title: string; isKeyed: boolean };

/** A page that changes at random, as a person edits it. */
const generatedPage = (dice: Dice) => {
  let numbers = 0;
  const title = () => Array.from({ length: 4 }, () => dice.one(WORDS)).join(' ');
  const line = (level: Line['level']): Line => ({
    number: dice.below(900) + 100 + 1_000 * ++numbers,
    level,
    title: title(),
    isKeyed: dice.isLucky(0.6),
  });
  const levels = ['feature', 'story', 'story', 'story'] as const;
  let lines = [line('epic'), line('feature'), ...Array.from({ length: 8 }, () => line(dice.one(levels)))];
  const storage = () =>
    headings(
      lines
        .map(
          ({ number, level, title: of, isKeyed }) =>
            `${level}${isKeyed ? ` ${level[0]?.toUpperCase()}${number}` : ''}: ${of}`,
        )
        .join('\n'),
    );
  const edits = [
    () => lines.push(line(dice.one(levels))),
    () => lines.splice(1 + dice.below(lines.length - 1), 1),
    () => Object.assign(dice.one(lines), { title: title() }),
    () => {
      const one = dice.one(lines);
      one.title = one.title.replace(/\w+$/, dice.one(WORDS));
    },
    () => {
      const [moved] = lines.splice(1 + dice.below(lines.length - 1), 1);
      if (moved) lines.splice(1 + dice.below(lines.length), 0, moved);
    },
    () => {
      lines = [...lines, ...lines.slice(-2).map(({ level }) => line(level))];
    },
  ];
  return {
    storage,
    edit: () => {
      for (let left = 1 + dice.below(3); left > 0; left--) if (lines.length > 3) dice.one(edits)();
      return storage();
    },
  };
};

const fixturePage = (name: string) => {
  const versions = [fixture(`pages/${name}.xml`), fixture(`edits/${name}.v2.xml`)] as const;
  let now = 0;
  return { storage: () => versions[0], edit: () => versions[++now % 2 ? 1 : 0] };
};

const history = async (seed: number): Promise<void> => {
  const dice = diceOf(seed);
  const page = dice.isLucky(0.25) ? fixturePage(dice.one(EDITED)) : generatedPage(dice);
  const pageId = await planner.newPage(page.storage());
  const session = await planner.plan(pageId);
  const words = new Map<string, Word>();

  const settle = async () => {
    for (let tries = 0; tries < 6 && (await session.row()).dueAt; tries++) {
      await planner.advance(LATER_MS);
      await planner.container({ itemsAPiece: 3 }).read(session.id);
    }
  };
  const edit = () => planner.edit(pageId, { storage: page.edit() });
  const ask = async () => {
    const row = await session.row();
    if (!row.endedAt) await session.ask(row);
  };
  const readWith = async (step: ReturnType<typeof faulty>['step']) => {
    await ask();
    await planner
      .container({ step, itemsAPiece: 3 })
      .read(session.id)
      .catch(() => {});
  };
  const say = async () => {
    const item = dice.one(await session.items());
    if (!item) return;
    const decision = dice.one<Word>([{ ignored: true }, { level: 'feature' }, { enabler: 'none' }]);
    const after = await session.decide(await session.row(), item.id, decision, ME).catch(conflict);
    if (after) words.set(item.id, after.word ?? {});
  };
  const conflict = (error: unknown): undefined => {
    expect(error).toMatchObject({ kind: 'conflict' });
  };
  const settleMatch = async () => {
    const item = dice.one((await session.items()).filter(({ matches }) => matches));
    if (!item) return;
    const match = dice.one(['confirm', 'refuse'] as const);
    await session.decide(await session.row(), item.id, { match }, ME).catch(conflict);
  };
  const acts = {
    edit,
    say,
    settleMatch,
    read: () => readWith((_, call) => call()),
    faultyRead: () =>
      readWith(faulty(dice.one<Fault>(['dies', 'fails', 'is not answered']), dice.below(30)).step),
    doubleRead: () =>
      readWith(
        interrupted(dice.below(30), async () => {
          if (dice.isLucky(0.5)) await edit();
          if (dice.isLucky(0.5)) await planner.advance(LATER_MS);
          if (dice.isLucky(0.5)) await ask();
          await dice.one([say, settleMatch, async () => {}])();
          await planner.container({ itemsAPiece: 2 }).read(session.id);
        }).step,
      ),
    endAndRevive: async () => {
      await session.sessions.end(await session.row(), planner.now());
      await planner.plan(pageId, session, { isRead: dice.isLucky(0.5) });
    },
    settle,
  };
  const often: (keyof typeof acts)[] = [
    'edit',
    'edit',
    'read',
    'faultyRead',
    'faultyRead',
    'doubleRead',
    'say',
    'settleMatch',
  ];
  const kinds = [...often, 'endAndRevive', 'settle'] as const;

  for (let left = ACTS; left > 0; left--) {
    await acts[dice.one(kinds)]();
    expect(await isAlive(session), 'somebody goes on').toBe(true);
    expect(await isShownWhole(session), 'the tree has every item').toBe(true);
  }
  await ask();
  await settle();
  await expectPage(planner, session);
  const items = new Map((await session.items()).map((item) => [item.id, item]));
  for (const [id, word] of words) expect(items.get(id)?.word, `the word about ${id}`).toEqual(word);

  // The editor saves the page without a visible change: every item stays what it is.
  const identities = async () =>
    (await session.items()).map(({ id, state, matches }) => [id, state, matches]);
  const before = await identities();
  await planner.edit(pageId, { editor: true });
  await ask();
  await settle();
  expect(await identities()).toEqual(before);
};

test(`${HISTORIES} histories of edits, readings that die, workers that meet and people who decide end as the page says`, {
  timeout: 60_000 + HISTORIES * 2_000,
}, async () => {
  for (let seed = SEED; seed < SEED + HISTORIES; seed++)
    await history(seed).catch((error: Error) => {
      error.message = `SEED=${seed} HISTORIES=1: ${error.message}`;
      throw error;
    });
});
