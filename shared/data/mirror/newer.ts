import type { Version } from '../../domain/version.ts';
import { and, type Condition, conditions, or } from '../condition.ts';

/** What a row has that shows something of Linear's. */
export type Versioned = { workspaceId: string } & { [K in keyof Version]?: Version[K] | undefined };
const where = conditions<Versioned>();

/** Newer by Linear's clock; or the same edit seen later and different (docs/data.md). */
export const isNewer = ({ linearUpdatedAt, seenAt, contentHash }: Version): Condition<Versioned> =>
  or(
    where.notExists('linearUpdatedAt'),
    where.lt('linearUpdatedAt', linearUpdatedAt),
    and(
      where.eq('linearUpdatedAt', linearUpdatedAt),
      where.lt('seenAt', seenAt),
      where.ne('contentHash', contentHash),
    ),
  );

/** Never another workspace's row, whatever Linear's ids say. */
export const isOurs = (workspaceId: string): Condition<Versioned> =>
  or(where.notExists('workspaceId'), where.eq('workspaceId', workspaceId));

/** The row is still the one that was read. Takes the place of `isNewer` where the row is from the future. */
export const isAsRead = (row: Partial<Versioned>): Condition<Versioned> =>
  where.asRead(row, 'linearUpdatedAt', 'seenAt');

/** Why a row refused what was seen. `tied`: two snapshots of one edit, taken in the same millisecond, differ. */
export type Refusal = 'unchanged' | 'stale' | 'tied';

export const refusal = (
  row: { [K in keyof Version]?: string | undefined },
  { linearUpdatedAt, seenAt, contentHash }: Version,
): Refusal | 'newer' => {
  if (row.linearUpdatedAt === undefined || row.linearUpdatedAt < linearUpdatedAt) return 'newer';
  if (row.linearUpdatedAt > linearUpdatedAt) return 'stale';
  if (row.contentHash === contentHash) return 'unchanged';
  if (row.seenAt === seenAt) return 'tied';
  return (row.seenAt ?? '') > seenAt ? 'stale' : 'newer';
};
