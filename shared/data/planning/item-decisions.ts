import { effective, placeAfter, type Word } from '../../domain/planning/item.ts';
import type { Db } from '../client.ts';
import { and } from '../condition.ts';
import { iso } from '../schedule/due.ts';
import { tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import { transact } from '../transaction.ts';
import { type ItemItem, type ItemRow, where } from './item-row.ts';
import type { SessionRow } from './session-row.ts';
import type { Sessions } from './sessions.ts';
import type { Texts } from './texts.ts';

type Decided = { by: string; now: number };

/**
 * What people decide about items. Every write is refused, with `false`, if the item has changed since it was read. A
 * settled match asks for a reading in the same transaction, which no reading under way may interrupt.
 */
export const itemDecisions = (
  db: Db,
  name: string,
  { sessions, texts }: { sessions: Sessions; texts: Texts },
) => {
  const table = tableOf<ItemItem>()(db, name, tables.planning_items);
  const isAsRead = ({ workspaceId, rev }: ItemRow) =>
    and(where.eq('rev', rev), where.eq('workspaceId', workspaceId));
  const spoken = ({ by, now }: Decided) => ({ wordBy: by, wordAt: iso(now), updatedAt: iso(now) });

  return {
    /** Keeps what a person says about an item, in place of what was said before. */
    async say(row: ItemRow, word: Word, decided: Decided): Promise<boolean> {
      const of = effective({ level: row.pageLevel, enabler: row.pageEnabler }, word);
      const { ok } = await table.update(
        { sessionId: row.sessionId, id: row.id },
        {
          set: { ...spoken(decided), word, ...of, rev: row.rev + 1 },
          remove: of.enabler ? [] : ['enabler'],
          when: isAsRead(row),
        },
      );
      return ok;
    },

    /** The proposed item is the one that it may be: that one now stands where the proposed one stood. */
    async confirm(
      session: SessionRow,
      { proposed, known }: { proposed: ItemRow; known: ItemRow },
      decided: Decided,
    ): Promise<boolean> {
      const { sessionId, id, workspaceId, pageVersion, createdAt, refusals, word } = known;
      const { matches: _, why: __, ...page } = proposed;
      const outcome = await transact(db, [
        sessions.asking(session, decided.now),
        table.replacement(
          {
            ...page,
            ...spoken(decided),
            ...effective({ level: page.pageLevel, enabler: page.pageEnabler }, word),
            ...{ sessionId, id, workspaceId, pageVersion, createdAt, refusals, word },
            state: 'present',
            rev: known.rev + 1,
          },
          isAsRead(known),
        ),
        table.deletion({ sessionId, id: proposed.id }, isAsRead(proposed)),
      ]);
      if (outcome !== 'done') return false;
      if (known.fieldsText) await texts.end(sessionId, known.fieldsText, decided.now);
      return true;
    },

    /** The proposed item is a new one, and the one that it may have been is missing. */
    async refuse(
      session: SessionRow,
      { proposed, known }: { proposed: ItemRow; known: ItemRow },
      decided: Decided,
    ): Promise<boolean> {
      const settled = { ...spoken(decided), matches: undefined, why: undefined };
      const outcome = await transact(db, [
        sessions.asking(session, decided.now),
        table.replacement(
          { ...proposed, ...settled, state: 'present', rev: proposed.rev + 1 },
          isAsRead(proposed),
        ),
        table.replacement(
          {
            ...known,
            ...settled,
            state: 'missing',
            missingSince: iso(decided.now),
            place: placeAfter(known.place),
            refusals: known.refusals + 1,
            rev: known.rev + 1,
          },
          isAsRead(known),
        ),
      ]);
      return outcome === 'done';
    },
  };
};

export type ItemDecisions = ReturnType<typeof itemDecisions>;
