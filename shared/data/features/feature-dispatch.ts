import { dueUntil } from '../../domain/schedule/due.ts';
import { and, or } from '../condition.ts';
import { dueFeature } from '../schedule/due.ts';
import { type FeatureRow, type FeaturesTable, where } from './feature-row.ts';

/** Announcements of ready features, and the recall of claimable ones. Times are epoch milliseconds. */
export const featureDispatch = (features: FeaturesTable) => ({
  /** Records an announcement, and makes the row due for the time by which the feature should have been taken. */
  async announced(row: FeatureRow, again: number, now: number): Promise<void> {
    const { id, readySeq } = row;
    const noted = { announcedSeq: readySeq, announcedAt: new Date(now).toISOString() };
    const isSameReadiness = where.eq('readySeq', readySeq);
    const { ok } = await features.update(
      { id },
      { set: { ...noted, ...dueFeature(id, again) }, when: and(isSameReadiness, where.asRead(row, 'dueAt')) },
    );
    // The row was made due meanwhile, and that due time stays.
    if (!ok) await features.update({ id }, { set: noted, when: isSameReadiness });
  },

  /** Ends the claimability of a row and makes it due. A run that holds the feature keeps it. */
  async recall({ id, claimAt }: { id: string; claimAt: string }, now: number): Promise<void> {
    const isAsSeen = where.eq('claimAt', claimAt);
    const recalled = await features.update(
      { id },
      { set: dueFeature(id, now), remove: ['claimAt'], when: and(isAsSeen, where.eq('status', 'pending')) },
    );
    if (recalled.ok || recalled.row?.status !== 'in_progress') return;
    await features.update(
      { id },
      {
        set: dueFeature(id, now),
        when: and(
          isAsSeen,
          where.eq('status', 'in_progress'),
          or(where.notExists('dueAt'), where.gt('dueAt', dueUntil(now))),
        ),
      },
    );
  },
});
