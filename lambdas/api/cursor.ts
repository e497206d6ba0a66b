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
 * The cursors of one list, opaque to callers. A cursor is bound to its list, which `of` names. Its key has exactly the
 * attributes of `partition`, with their values, and those that `others` names.
 */
export const cursorsOf = (of: string, partition: Record<string, string>, others: readonly string[]) => ({
  encode: (key: Record<string, unknown> | '' | undefined): string | undefined =>
    key ? Buffer.from(JSON.stringify({ of, key })).toString('base64url') : undefined,

  /** The key to go on from. Throws `invalid_input` unless the text is a cursor of this list. */
  decode(cursor: string | undefined): Record<string, string> | undefined {
    if (cursor === undefined) return undefined;
    const decoded = Cursor.safeParse(jsonOrNothing(Buffer.from(cursor, 'base64url').toString('utf8')));
    const key = decoded.success && decoded.data.of === of ? decoded.data.key : {};
    const isPartition = Object.entries(partition).every(([name, value]) => key[name] === value);
    const names = [...Object.keys(partition), ...others].sort().join();
    if (isPartition && Object.keys(key).sort().join() === names) return key;
    const message =
      'This cursor does not belong to this list. Pass the `nextCursor` of the same request, or no cursor.';
    throw new AppError('invalid_input', message, { fields: [{ field: 'cursor', message }] });
  },
});
