import { afterEach, expect, test } from 'vitest';
import { random } from '../../../testing/random.ts';
import { pick } from '../../support/in-process/dependencies/dependency-histories.ts';
import { startHistories } from '../../support/in-process/dependencies/dependency-world.ts';
import { startIngestion } from '../../support/in-process/ingestion.ts';

/** `SEED=7 HISTORIES=1000` for others, and for more of them. */
const SEED = Number(process.env.SEED ?? 1);
const HISTORIES = Number(process.env.HISTORIES ?? 100);
/** Half of the histories are in these. Those of a workspace share its ticks and reconciles. */
const WORKSPACES = 5;
const GROUPS = HISTORIES / 2 / WORKSPACES;
const ROUNDS = 5;
const MINUTE_MS = 60_000;

let ingestion: Awaited<ReturnType<typeof startIngestion>> | undefined;
afterEach(async () => {
  await ingestion?.stop();
  ingestion = undefined;
});

test.for([true, false])(
  'whatever happens in Linear and to webhooks, readiness ends as Linear says, and nothing is handed out while it is known to be blocked (relations move updatedAt: %s)',
  { timeout: 240_000 },
  async (commentMovesUpdatedAt) => {
    ingestion = await startIngestion();
    const { passInLinear, switches } = ingestion;
    await switches({ commentMovesUpdatedAt, batchCreateLimit: 10_000 });
    const histories: Awaited<ReturnType<typeof startHistories>>[] = [];
    for (let nth = 0; nth < WORKSPACES; nth++)
      histories.push(
        await startHistories(ingestion, {
          seed: SEED * 100 + nth + (commentMovesUpdatedAt ? 50 : 0),
          dispatch: nth === 0 ? 'push' : 'pull',
          size: GROUPS,
        }),
      );
    const pass = async (ms: number): Promise<void> => {
      await passInLinear(ms);
      for (const history of histories) history.pass(ms);
    };
    const draw = random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(histories.map((history) => history.round()));
      await pass(pick(draw, [1_000, 70_000, 70_000, 6 * MINUTE_MS, 16 * MINUTE_MS]) ?? 0);
    }
    await pass(16 * MINUTE_MS);
    await Promise.all(histories.map((history) => history.end()));
    const checked = await Promise.all(histories.map((history) => history.check({ isSwept: false })));
    const wrong = checked.flatMap((each) => each.wrong);
    expect(wrong.slice(0, 3).join('\n'), `SEED=${SEED}: ${wrong.length} are wrong`).toBe('');
    // One of them is enough.
    const [, swept] = histories;
    await swept?.sweep();
    const later = await swept?.check({ isSwept: true });
    expect(later?.wrong.slice(0, 3).join('\n'), `SEED=${SEED}, a day later`).toBe('');

    const sum = (count: (nth: number) => number) => histories.reduce((all, _, nth) => all + count(nth), 0);
    const shown = (what: 'blocked' | 'inCircles' | 'handedOut') =>
      sum((nth) => checked[nth]?.shown[what] ?? 0);
    const kinds = new Set(histories.flatMap(({ edits }) => [...edits.keys()]));
    const told = sum((nth) =>
      [...(histories[nth]?.edits.values() ?? [])].reduce((all, times) => all + times, 0),
    );
    expect(sum((nth) => histories[nth]?.refused() ?? 0) / told, 'Linear refuses few of them').toBeLessThan(
      0.02,
    );
    expect(shown('blocked')).toBeGreaterThan(HISTORIES / 10);
    expect(shown('handedOut')).toBeGreaterThan(HISTORIES / 20);
    // A few histories need not have every kind of edit, or a circle in the end.
    if (HISTORIES < 1_000) return;
    expect(kinds.size, 'every kind of edit').toBe(18);
    expect(shown('inCircles')).toBeGreaterThan(HISTORIES / 200);
  },
);
