import type { KnownBlocker, Told } from '../../domain/features/dependencies.ts';
import { isBlocked, openBlockersHash } from '../../domain/features/dependencies.ts';
import { derivedId } from '../../domain/ids.ts';
import type { Change } from '../change.ts';
import type { Item } from '../client.ts';
import { and } from '../condition.ts';
import { isOurs } from '../mirror/versioned.ts';
import { dueFeature, iso } from '../schedule/due.ts';
import type { PageAfter } from '../table.ts';
import { born } from './feature-projections.ts';
import { type FeatureItem, type FeatureRow, type FeaturesTable, where } from './feature-row.ts';

/** A feature that an open issue blocks, as the index `blocked` shows it. */
export type BlockedKey = { id: string; linearIssueId: string; openHash: string };

/** The key of the index `blocked`, while an open issue blocks the feature. */
const blockedKey = ({ workspaceId, linearIssueId }: FeatureRow, blockers: readonly KnownBlocker[]) => ({
  blockedIn: workspaceId,
  blockedBy: `${linearIssueId}#${openBlockersHash(blockers)}`,
});

/** What a read says of the blockers of a feature. Without `blockers` the feature does not depend on any. */
export const dependenciesChange = (row: FeatureRow): Change<FeatureItem> => {
  const { blockers, hiddenBlockers, cycle } = row;
  const isKept = row.claimIn !== undefined && row.withdrawn === undefined && blockers !== undefined;
  if (!isKept) return { remove: ['blockers', 'hiddenBlockers', 'cycle', 'blockedIn', 'blockedBy'] };
  const blocked = isBlocked(row);
  return {
    set: { blockers, hiddenBlockers, cycle, ...(blocked ? blockedKey(row, blockers) : {}) },
    remove: [
      hiddenBlockers === undefined ? 'hiddenBlockers' : undefined,
      cycle === undefined ? 'cycle' : undefined,
      ...(blocked ? [] : (['blockedIn', 'blockedBy'] as const)),
    ],
  };
};

/** What features know of the issues that block them. Times are epoch milliseconds. */
export const featureDependencies = (features: FeaturesTable) => ({
  /** One page of the features of a workspace that open issues block. */
  async blocked(
    workspaceId: string,
    page: PageAfter,
  ): Promise<{ items: BlockedKey[]; next?: Item | undefined }> {
    const { items, next } = await features.query({
      index: 'blocked',
      where: where.eq('blockedIn', workspaceId),
      ...page,
    });
    const keys = items.map(({ id, blockedBy }) => {
      const [linearIssueId = '', openHash = ''] = String(blockedBy).split('#');
      return { id: String(id), linearIssueId, openHash };
    });
    return { items: keys, next };
  },

  /** Makes a feature due because what it depends on changed. Replaces the due time, like `makeParentDue`. */
  async makeDependentDue(id: string, workspaceId: string, now: number): Promise<void> {
    await features.update(
      { id },
      {
        set: { resyncAt: iso(now), ...dueFeature(id, now) },
        when: where.eq('workspaceId', workspaceId),
      },
    );
  },

  /**
   * Notes that features depend on an issue, and what they know of it, unless that is noted already. The issue gets a row
   * if it has none, which is not listed. Answers what is noted.
   */
  async noteDependents(
    keys: { linearIssueId: string; workspaceId: string },
    toldAs: Told,
    now: number,
  ): Promise<FeatureItem['toldAs']> {
    const id = derivedId('feature', keys.linearIssueId);
    const written = await features.update(
      { id },
      {
        set: { toldAs },
        init: { ...born(keys, now), updatedAt: iso(now) },
        when: and(isOurs(keys.workspaceId), where.notExists('toldAs')),
      },
    );
    return written.ok ? toldAs : (written.row?.toldAs as FeatureItem['toldAs']);
  },

  /**
   * Notes that the features that depend on an issue are being told, or what they were told, unless the issue was made
   * due since it was read.
   */
  async noteTold(row: FeatureRow, toldAs: Told | 'telling'): Promise<void> {
    await features.update({ id: row.id }, { set: { toldAs }, when: where.asRead(row, 'dueAt') });
  },
});
