import type { Version } from '../../domain/version.ts';
import { and, type Condition, conditions, or } from '../condition.ts';

/** The attributes of a row that mirrors something of Linear's. */
export type Versioned = { workspaceId: string } & { [K in keyof Version]?: Version[K] | undefined };
const where = conditions<Versioned>();

/** The snapshot is newer by Linear's clock, or shows the same edit, later and with other content (docs/data.md). */
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

/** A row is never overwritten for another workspace, whatever ids Linear sends. */
export const isOurs = (workspaceId: string): Condition<Versioned> =>
  or(where.notExists('workspaceId'), where.eq('workspaceId', workspaceId));

/** The row has not changed since it was read. It replaces `isNewer` if the row is from the future. */
export const isAsRead = (row: Partial<Versioned>): Condition<Versioned> =>
  where.asRead(row, 'linearUpdatedAt', 'seenAt');

/** Why a row refused a snapshot. `tied`: it shows the same edit, taken in the same millisecond, with other content. */
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
