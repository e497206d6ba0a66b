import type { ItemDecisions } from '../../../data/planning/item-decisions.ts';
import type { ItemRow } from '../../../data/planning/item-row.ts';
import type { Items } from '../../../data/planning/items.ts';
import type { SessionRow } from '../../../data/planning/session-row.ts';
import type { Now } from '../../../domain/clock.ts';
import type { Word } from '../../../domain/planning/item.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { DueSessions } from '../reading/start-due-sessions.ts';

/** What a person decides. An absent part of the word stays as it is; `null` takes it back. */
export type Decision = { [K in keyof Word]?: Word[K] | null | undefined } & {
  match?: 'confirm' | 'refuse' | undefined;
};

type Deps = {
  items: Items;
  itemDecisions: ItemDecisions;
  startReading: (of: DueSessions) => Promise<void>;
  now: Now;
};

/** How often a decision is made anew because the item changed meanwhile. */
const MOST_TRIES = 5;

const changing = () =>
  new AppError('conflict', 'The page is being read, and this item is changing. Try again in a few seconds.');

/** The word after a decision. */
const wordAfter = (before: Word | undefined, { match: _, ...said }: Decision): Word => ({
  ...before,
  ...Object.fromEntries(
    Object.entries(said).flatMap(([part, value]) =>
      value === undefined ? [] : [[part, value ?? undefined]],
    ),
  ),
});

/**
 * Keeps what a person decides about an item: its level, its type, to ignore it, or whether it is the item that it may
 * be. Throws `conflict` if there is no match to decide, or if the item keeps changing.
 */
export const decideItem = ({ items, itemDecisions, startReading, now }: Deps) => {
  const read = async (session: SessionRow, itemId: string): Promise<ItemRow> => {
    const row = await items.get(session.id, itemId);
    if (!row) throw notFound('item');
    return row;
  };

  const say = async (
    session: SessionRow,
    itemId: string,
    decision: Decision,
    by: string,
  ): Promise<ItemRow> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const row = await read(session, itemId);
      if (row.state === 'proposed')
        throw new AppError(
          'conflict',
          'This item may be one that was on the page before. Send `match` first: confirm or refuse.',
        );
      if (await itemDecisions.say(row, wordAfter(row.word, decision), { by, now: now() }))
        return read(session, itemId);
    }
    throw changing();
  };

  /** Either of the two items may be named. Answers the one that stands on the page now. */
  const settle = async (
    session: SessionRow,
    itemId: string,
    match: 'confirm' | 'refuse',
    by: string,
  ): Promise<ItemRow> => {
    const named = await read(session, itemId);
    const other = named.matches ? await items.get(session.id, named.matches) : undefined;
    const [proposed, known] = named.state === 'proposed' ? [named, other] : [other, named];
    if (proposed?.state !== 'proposed' || known?.state !== 'unsure')
      throw new AppError('conflict', 'This item has no proposed match to decide.');
    if (session.endedAt) throw new AppError('conflict', 'This session has ended.');
    const pair = { proposed, known };
    if (!(await itemDecisions[match](session, pair, { by, now: now() }))) throw changing();
    await startReading({ workspaceId: session.workspaceId, sessionIds: [session.id] });
    return read(session, match === 'confirm' ? known.id : proposed.id);
  };

  return async (session: SessionRow, itemId: string, decision: Decision, by: string): Promise<ItemRow> =>
    decision.match ? settle(session, itemId, decision.match, by) : say(session, itemId, decision, by);
};

export type DecideItem = ReturnType<typeof decideItem>;
