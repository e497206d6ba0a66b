import * as z from 'zod/mini';
import { AppError } from '../../shared/errors.ts';
import { jsonOrNothing } from '../../shared/json.ts';

/** DynamoDB's limit for a sort key; a partition key may be twice as long. */
const LONGEST_KEY_BYTES = 1_024;

const isKey = (text: string): boolean => text !== '' && Buffer.byteLength(text) <= LONGEST_KEY_BYTES;

const Cursor = z.object({
  of: z.string(),
  key: z.record(z.string(), z.string().check(z.refine(isKey))),
});

/**
 * The cursors of one list: places in it, opaque to callers and bound to it. `of` names the list with its owner and
 * filters; a key of it lies in this very partition and has just the `others` beside.
 */
export const cursorsOf = (of: string, partition: Record<string, string>, others: readonly string[]) => ({
  encode: (key: Record<string, unknown> | '' | undefined): string | undefined =>
    key ? Buffer.from(JSON.stringify({ of, key })).toString('base64url') : undefined,

  /** The key to go on from. Throws `invalid_input` for what is no cursor, or one of another list. */
  decode(cursor: string | undefined): Record<string, string> | undefined {
    if (cursor === undefined) return undefined;
    const decoded = Cursor.safeParse(jsonOrNothing(Buffer.from(cursor, 'base64url').toString('utf8')));
    const key = decoded.success && decoded.data.of === of ? decoded.data.key : {};
    const isPartition = Object.entries(partition).every(([name, value]) => key[name] === value);
    const names = [...Object.keys(partition), ...others].sort().join();
    if (isPartition && Object.keys(key).sort().join() === names) return key;
    const message = 'Not a cursor of this list: pass the `nextCursor` of the same request, or none.';
    throw new AppError('invalid_input', message, { fields: [{ field: 'cursor', message }] });
  },
});
