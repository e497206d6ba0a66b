import { dueUntil } from '../../domain/schedule/due.ts';
import { and, or } from '../condition.ts';
import { dueFeature } from '../schedule/due.ts';
import { type FeatureRow, type FeaturesTable, where } from './feature-row.ts';

/** How ready features are announced, and taken back from whoever could claim them. Times are epoch milliseconds. */
export const featureDispatch = (features: FeaturesTable) => ({
  /** Notes that a readiness was announced, and makes the row due for when it should have been taken. */
  async announced(row: FeatureRow, again: number, now: number): Promise<void> {
    const { id, readySeq } = row;
    const noted = { announcedSeq: readySeq, announcedAt: new Date(now).toISOString() };
    const isSameReadiness = where.eq('readySeq', readySeq);
    const { ok } = await features.update(
      { id },
      { set: { ...noted, ...dueFeature(id, again) }, when: and(isSameReadiness, where.asRead(row, 'dueAt')) },
    );
    // Somebody has made the row due meanwhile: that due time stays.
    if (!ok) await features.update({ id }, { set: noted, when: isSameReadiness });
  },

  /** Takes back what may be claimed and was not, and makes it due. What a run holds stays with it and is due too. */
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
