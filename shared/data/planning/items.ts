import type { ItemChange } from '../../domain/planning/changes.ts';
import { effective, hasWord, type ItemState } from '../../domain/planning/item.ts';
import type { EnablerType, ItemFields, Level } from '../../domain/planning/plan.ts';
import type { Db } from '../client.ts';
import { compressed, decompressed } from '../compressed.ts';
import { and, type Condition } from '../condition.ts';
import { iso } from '../schedule/due.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import type { Step } from '../transaction.ts';
import { type ItemItem, type ItemRow, itemRow, where } from './item-row.ts';
import type { Texts } from './texts.ts';

/** Longer fields are stored in `planning_texts`, so that a hundred items fit in a transaction (4 MB). */
const PLAIN_BYTES = 8_000;

/** Which items of a session a list has. */
export type ItemFilter = {
  level?: Level | undefined;
  /** Any type of enabler, or only this one; `none`: no enabler. */
  enabler?: EnablerType | 'any' | 'none' | undefined;
  state?: ItemState | undefined;
};

const filterOf = ({ level, enabler, state }: ItemFilter): Condition<ItemItem> | undefined => {
  if (!level && !enabler && !state) return undefined;
  return and(
    level && where.eq('level', level),
    state && where.eq('state', state),
    enabler === 'any' && where.exists('enabler'),
    enabler === 'none' && where.notExists('enabler'),
    enabler && enabler !== 'any' && enabler !== 'none' && where.eq('enabler', enabler),
  );
};

/** Table `planning_items`: what the pages of sessions plan. */
export const itemsTable = (db: Db, name: string, texts: Texts) => {
  const table = tableOf<ItemItem>()(db, name, tables.planning_items);

  const getMany = async (sessionId: string, ids: readonly string[]): Promise<ItemRow[]> =>
    table.readable(await table.batchGet(ids.map((id) => ({ sessionId, id }))), itemRow);

  /**
   * How the fields of an item are stored. A long text is stored before the row that names it. Each reading gives it a
   * new name, so that a text whose row is gone is never named again.
   */
  const storeFields = async (sessionId: string, named: string, fields: ItemFields) => {
    const json = JSON.stringify(fields);
    const bytes = compressed(json);
    if (bytes.length <= PLAIN_BYTES) return { fields: bytes, fieldsText: undefined };
    await texts.put(sessionId, named, json);
    return { fields: undefined, fieldsText: named };
  };

  return {
    getMany,

    async get(sessionId: string, id: string): Promise<ItemRow | undefined> {
      const row = await table.get({ sessionId, id });
      return row && itemRow(row);
    },

    /** Every item of a session. A session has a few thousand at the most. */
    async all(sessionId: string): Promise<ItemRow[]> {
      const rows: ItemRow[] = [];
      let start: PageAfter['start'];
      do {
        const page = await table.query({ where: where.eq('sessionId', sessionId), start, consistent: true });
        // A row that cannot be read must not look missing, so it is an error.
        rows.push(...page.items.map(itemRow));
        start = page.next;
      } while (start);
      return rows;
    },

    /** The items of a session in the order of the page. A page of the list may be short and still have a next one. */
    async list(sessionId: string, filter: ItemFilter, page: PageAfter): Promise<Page<ItemRow>> {
      const { items, next } = await table.query({
        index: 'by_place',
        where: where.eq('sessionId', sessionId),
        filter: filterOf(filter),
        ...page,
      });
      return {
        items: await getMany(
          sessionId,
          items.map(({ id }) => String(id)),
        ),
        next,
      };
    },

    /** What the page says about an item. */
    async fieldsOf({ sessionId, fields, fieldsText }: ItemRow): Promise<ItemFields> {
      const json = fields ? decompressed(fields) : await texts.get(sessionId, fieldsText ?? '');
      if (json === undefined) throw new Error(`The text ${fieldsText} of session ${sessionId} is missing.`);
      return JSON.parse(json);
    },

    /**
     * A change that a reading makes, as a step of its transaction; `before` is the row as it is now. Nothing if there is
     * no item to change, because a person has settled its match meanwhile. `ends`: the text that no row names after it.
     */
    async storing(
      { id: sessionId, workspaceId }: { id: string; workspaceId: string },
      change: ItemChange,
      before: ItemRow | undefined,
      { readingId, pageVersion, now }: { readingId: string; pageVersion: number; now: number },
    ): Promise<{ step: Step; ends: string | undefined } | undefined> {
      const { id, content, place, state, matches, why } = change;
      const isAsRead = before ? where.eq('rev', before.rev) : where.notExists('id');
      // A person may have said something about it since.
      if (change.change === 'dropped')
        return before && !hasWord(before.word)
          ? { step: table.deletion({ sessionId, id }, isAsRead), ends: before.fieldsText }
          : undefined;

      const at = iso(now);
      const page = content && {
        ...content,
        ...(await storeFields(sessionId, `item-${id}-${readingId}`, content.fields)),
      };
      const said = page ?? before;
      if (!said) return undefined;
      const step = table.replacement(
        {
          ...(before ?? { refusals: 0, createdAt: at, pageVersion }),
          ...said,
          ...(!content && { parentId: change.parentId }),
          ...effective({ level: said.pageLevel, enabler: said.pageEnabler }, before?.word),
          sessionId,
          id,
          workspaceId,
          place,
          state,
          matches,
          why,
          missingSince: state === 'missing' ? (before?.missingSince ?? at) : undefined,
          readingId,
          rev: (before?.rev ?? 0) + 1,
          updatedAt: at,
        },
        isAsRead,
      );
      const isReplaced = page && before?.fieldsText !== page.fieldsText;
      return { step, ends: isReplaced ? before?.fieldsText : undefined };
    },
  };
};

export type Items = ReturnType<typeof itemsTable>;
