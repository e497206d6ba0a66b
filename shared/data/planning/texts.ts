import * as z from 'zod/mini';
import { parseRow } from '../../parse.ts';
import type { Db } from '../client.ts';
import { compressed, decompressed } from '../compressed.ts';
import { conditions } from '../condition.ts';
import { number, type Stored, text } from '../fields.ts';
import { tableOf } from '../table.ts';
import * as tables from '../tables.ts';

/** A text that no row names any more is kept this long, for those who have read the row before. */
const KEPT_MS = 24 * 3_600_000;

/** Bytes of a part. An item may have 400 kB. */
const PART_BYTES = 300_000;

const TextRow = z.object({
  sessionId: text,
  id: text,
  parts: number,
  bytes: z.instanceof(Uint8Array),
  expiresAtSeconds: z.optional(number),
});
type TextItem = Stored<typeof TextRow>;

const where = conditions<TextItem>();
const textRow = (row: unknown) => parseRow(TextRow, row, 'planning_texts');

const partId = (name: string, part: number): string => `${name}#${part}`;

/** Table `planning_texts`: what is too long for a row of a session or an item, in parts and compressed. */
export const textsTable = (db: Db, name: string) => {
  const table = tableOf<TextItem>()(db, name, tables.planning_texts);
  const put = async (sessionId: string, named: string, content: string, until?: number): Promise<void> => {
    const expiresAtSeconds = until && Math.ceil(until / 1000);
    const bytes = compressed(content);
    const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    // The first part comes last: it says how many others there are.
    for (let part = parts - 1; part >= 0; part--)
      await table.put({
        sessionId,
        id: partId(named, part),
        parts,
        expiresAtSeconds,
        bytes: bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
      });
  };

  return {
    /** Stores a text under a name that only one row ever has. `until` (epoch ms): it is no longer needed then. */
    put,

    /** The text of this name; `undefined` if there is none. */
    async get(sessionId: string, named: string): Promise<string | undefined> {
      const item = await table.get({ sessionId, id: partId(named, 0) });
      if (!item) return undefined;
      const first = textRow(item);
      const others = Array.from({ length: first.parts - 1 }, (_, index) => ({
        sessionId,
        id: partId(named, index + 1),
      }));
      const rest = (await table.batchGet(others)).map(textRow);
      if (rest.length !== others.length) throw new Error(`A part of the text ${named} is missing.`);
      return decompressed(Buffer.concat([first, ...rest].map(({ bytes }) => bytes)));
    },

    /** Lets a text expire that no row names any more. */
    async end(sessionId: string, named: string, now: number): Promise<void> {
      const expiresAtSeconds = Math.ceil((now + KEPT_MS) / 1000);
      const expire = (part: number) =>
        table.update(
          { sessionId, id: partId(named, part) },
          { set: { expiresAtSeconds }, when: where.exists('parts') },
          { returnOld: true },
        );
      const first = await expire(0);
      const parts = first.ok ? Number(first.old?.parts ?? 1) : 1;
      for (let part = 1; part < parts; part++) await expire(part);
    },

    /** Deletes the text of this name, if there is one. */
    async remove(sessionId: string, named: string): Promise<void> {
      const first = await table.delete({ sessionId, id: partId(named, 0) }, where.exists('parts'));
      const parts = Number(first?.parts ?? 1);
      for (let part = 1; part < parts; part++)
        await table.delete({ sessionId, id: partId(named, part) }, where.exists('parts'));
    },
  };
};

export type Texts = ReturnType<typeof textsTable>;
