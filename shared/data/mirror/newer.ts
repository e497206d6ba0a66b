import type { Version } from '../../domain/version.ts';

/**
 * Newer by Linear's clock; or the same edit seen later and different (data design, "Conditions"). And never another
 * workspace's row, whatever Linear's ids say.
 */
export const NEWER =
  '(attribute_not_exists(#linearUpdatedAt) OR #linearUpdatedAt < :u OR #linearUpdatedAt = :u AND #seenAt < :s AND #contentHash <> :h)';
export const OURS = '(attribute_not_exists(#workspaceId) OR #workspaceId = :w)';

/** The row is still the one that was read. Takes the place of `NEWER` where the row is from the future. */
export const AS_READ = '#linearUpdatedAt = :u AND #seenAt = :s';

export const asReadValues = (row: { [K in keyof Version]?: string | undefined }, workspaceId: string) => ({
  u: row.linearUpdatedAt,
  s: row.seenAt,
  w: workspaceId,
});

export const versionValues = ({ linearUpdatedAt, seenAt, contentHash }: Version, workspaceId: string) => ({
  u: linearUpdatedAt,
  s: seenAt,
  h: contentHash,
  w: workspaceId,
});

/** Why a row refused what was seen. `tied`: two looks at the same edit, at the same instant, that differ. */
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
