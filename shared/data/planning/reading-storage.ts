import type { ItemChange } from '../../domain/planning/changes.ts';
import { inParallel } from '../../in-parallel.ts';
import type { Db } from '../client.ts';
import { MOST_STEPS, type Step, transact } from '../transaction.ts';
import type { Items } from './items.ts';
import type { SessionRow } from './session-row.ts';
import type { Sessions } from './sessions.ts';
import type { Texts } from './texts.ts';

/** Items that one piece may have, beside the progress of the session. */
const ITEMS_A_PIECE = MOST_STEPS - 1;

/** How often items are stored anew because people said something about them meanwhile. */
const MOST_TRIES = 10;

/**
 * Stores a reading piece by piece. Each piece is one transaction with the session's progress, so that it is stored
 * once, and only by the reading that is under way.
 */
export const readingStorage = (
  db: Db,
  { sessions, items, texts }: { sessions: Sessions; items: Items; texts: Texts },
) => {
  /** `progress` is in percent. Answers the session as it is now; nothing if the reading is no longer under way. */
  const storePiece = async (
    session: SessionRow,
    changes: readonly ItemChange[],
    { progress, now }: { progress: number; now: number },
  ): Promise<SessionRow | undefined> => {
    const { reading } = session;
    if (!reading) throw new Error(`Session ${session.id} has no reading.`);
    const { step, after } = sessions.storing(session, reading.stored + changes.length, progress);
    const of = { readingId: reading.id, pageVersion: reading.version, now };
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const rows = await items.getMany(
        session.id,
        changes.map(({ id }) => id),
      );
      const before = new Map(rows.map((row) => [row.id, row]));
      const stored = await inParallel(changes, (change) =>
        items.storing(session, change, before.get(change.id), of),
      );
      const made = stored.filter((each) => each !== undefined);
      const steps: Step[] = [step, ...made.map((each) => each.step)];
      const outcome = await transact(db, steps);
      if (outcome === 'done') {
        await inParallel(made, async ({ ends }) => ends && texts.end(session.id, ends, now));
        return after;
      }
      if (outcome.refused.includes(0)) return undefined;
    }
    throw new Error(`Items of session ${session.id} changed ${MOST_TRIES} times while they were stored.`);
  };
  return { storePiece, itemsAPiece: ITEMS_A_PIECE };
};

export type ReadingStorage = ReturnType<typeof readingStorage>;
