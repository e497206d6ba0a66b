import { derivedId } from '../../domain/ids.ts';
import { dueUntil, FEATURE_DUE_SHARDS, featureDueShard, parkedIn } from '../../domain/schedule/due.ts';
import { type Item, type Page, type PageAfter, type Query, queryPage } from '../client.ts';
import { type DueBounds, type DueKey, dueKeys } from '../schedule/due-keys.ts';
import type { Written } from '../update.ts';
import type { FeatureRow } from './feature-row.ts';
import { due, type FeatureWrites } from './feature-writes.ts';
import { storeOwed } from './outcome.ts';

/** Nobody reported and nobody asked for a look since the row was read. */
const UNCHANGED = '#statusSeq = :q AND #dueAt = :d';
/** It still qualifies by the very look at Linear that the row was read with. */
const CONFIRMED = '#linearUpdatedAt = :u AND attribute_exists(#claimIn) AND attribute_not_exists(#withdrawn)';
/** It did not begin to qualify meanwhile: another's look that found so may not have come to make it ready. */
const STILL_OUT = 'attribute_not_exists(#claimIn)';
/** No echo told meanwhile that a write of ours, given up for lost, came through after all. */
const NO_ECHO = 'attribute_not_exists(#echoStateId) OR #echoStateId = :e OR #echoStateId = :s';

/** It was taken out of `claimable` while a run held it, and qualifies again: its lease has to end there. */
const holdsLease = ({ status, leaseUntil, claimAt, claimIn, withdrawn }: FeatureRow): boolean =>
  status === 'in_progress' &&
  Boolean(leaseUntil && claimIn) &&
  claimAt === undefined &&
  withdrawn === undefined;

/** What a look at a feature ended with. Times are epoch milliseconds. */
export type Settlement = {
  /** Ids of the comments that are owed no more. */
  posted: readonly string[];
  /** It may be handed out from now on: to whoever claims it, or by being announced. */
  ready?: 'pull' | 'push' | undefined;
  /** It has open sub-issues that carry the trigger label: it is not ready, or no longer. */
  held?: boolean | undefined;
  /** A human asked for another go: pending again. */
  reopened?: boolean | undefined;
  /** Its lease ran out where nobody can claim it: pending again. */
  takenBack?: boolean | undefined;
  /** The state the issue is in by our own doing; with `settledStateId` and without this, it is somebody else's. */
  writtenStateId?: string | undefined;
  /** The state the issue is in now that the latest status is told. */
  settledStateId?: string | undefined;
  /** Why Linear will never take the rest, for people to read. */
  failure?: string | undefined;
  /** Nothing could be told: the latest status is still news, should the issue ever be seen again. */
  untold?: boolean | undefined;
  /** When to look again; never, unless given. */
  again?: number | undefined;
};

/** Of a shard: a page is some 7,000 keys, and a tick serves a workspace fewer than `enough` of each shard. */
const BOUNDS: DueBounds = { enough: 2_500, pages: 5, mostPages: 40 };

/** Of a shard, some thousands of rows that others made due at the same time are read past. */
const LATELY = { limit: 1_000, pages: 5 };
/** What came due before belongs to the tick, which comes every minute. */
const LATELY_MS = 60_000;

/** What is due, and what the poller's look at it ended with. Times are epoch milliseconds. */
export const featureLooks = ({ db, table, change }: FeatureWrites) => {
  const dueQuery = (shard: number, now: number): Query => ({
    TableName: table,
    IndexName: 'due',
    KeyConditionExpression: 'dueIn = :p AND dueAt <= :t',
    ExpressionAttributeValues: { ':p': featureDueShard(shard), ':t': dueUntil(now) },
  });

  return {
    /**
     * Ends a look: what was written back is no longer owed, and a feature that may be handed out is. A row that
     * changed meanwhile stays due and loses only the outcomes that now stand in Linear.
     */
    async settle(row: FeatureRow, look: Settlement, now: number): Promise<'settled' | 'changed'> {
      const at = new Date(now).toISOString();
      const { ready, settledStateId } = look;
      const isPendingAgain = look.reopened || look.takenBack;
      const posted = look.posted.map((commentId) => `owed.${commentId}`);
      const told: Item = { writtenStateId: look.writtenStateId, failure: look.failure };
      const resumes = !ready && !isPendingAgain && holdsLease(row);
      const seq = row.statusSeq + (isPendingAgain ? 1 : 0);
      const conditions = [
        UNCHANGED,
        ...(row.claimIn ? [] : [STILL_OUT]),
        ...(ready || isPendingAgain || resumes ? [CONFIRMED] : []),
        ...(resumes || look.takenBack ? ['#leaseUntil = :l'] : []),
        ...(settledStateId ? [`(${NO_ECHO})`] : []),
        // Nobody else was seen to move it meanwhile.
        ...(settledStateId
          ? [row.movedToStateId ? '#movedToStateId = :m' : 'attribute_not_exists(#movedToStateId)']
          : []),
      ];
      const written = await change(row.id, {
        set: {
          ...told,
          settledStateId,
          writtenSeq: look.untold ? row.writtenSeq : seq,
          updatedAt: at,
          ...(isPendingAgain ? { status: 'pending', statusSeq: seq } : {}),
          ...(ready ? { [ready === 'pull' ? 'claimAt' : 'readyAt']: at, readySeq: row.readySeq + 1 } : {}),
          ...(resumes ? { claimAt: row.leaseUntil } : {}),
          ...(look.held ? { heldBySubIssues: true } : {}),
          ...(look.again === undefined ? {} : due(row.id, look.again)),
        },
        remove: [
          ...(look.again === undefined ? ['dueIn', 'dueAt'] : []),
          ...(ready ? [ready === 'pull' ? 'readyAt' : 'claimAt'] : []),
          ...(look.held ? ['claimAt', 'readyAt'] : ['heldBySubIssues']),
          ...(settledStateId ? ['echoStateId', 'movedToStateId', 'carriedToStateId'] : []),
          // Somebody else's place by now: that we left it there once counts no more.
          ...(settledStateId && !look.writtenStateId ? ['writtenStateId'] : []),
          ...(look.takenBack ? ['leaseUntil'] : []),
          ...(look.failure ? [] : ['failure']),
          'resyncAt',
          'absentSince',
          ...(row.undoneTries > 0 ? ['undoneTries'] : []),
          ...posted,
        ],
        when: conditions.join(' AND '),
        values: {
          q: row.statusSeq,
          d: row.dueAt,
          ...(ready || isPendingAgain || resumes ? { u: row.linearUpdatedAt } : {}),
          ...(resumes || look.takenBack ? { l: row.leaseUntil } : {}),
          ...(settledStateId && row.movedToStateId ? { m: row.movedToStateId } : {}),
          ...(settledStateId ? { e: row.echoStateId ?? settledStateId, s: settledStateId } : {}),
        },
      });
      if (written.ok) return 'settled';
      if (posted.length > 0 || look.writtenStateId) await change(row.id, { set: told, remove: posted });
      return 'changed';
    },

    /**
     * Notes, once for each run, that its lease ran out, as owed to Linear under a new comment id, and makes the row
     * due. Lost: somebody reported, claimed, or asked for a look since the row was read.
     */
    async noteLapse(row: FeatureRow, now: number): Promise<boolean> {
      const { runId, leaseUntil, statusSeq: seq } = row;
      if (!runId || !leaseUntil) return false;
      const reportedAt = new Date(now).toISOString();
      const { ok } = await change(row.id, {
        set: {
          [`owed.${crypto.randomUUID()}`]: storeOwed({
            status: 'lapsed',
            runId,
            seq,
            reportedAt,
            leaseUntil,
          }),
          lapsedRunId: runId,
          ...due(row.id, now),
        },
        when: `${UNCHANGED} AND #leaseUntil = :l AND attribute_exists(#claimAt) AND attribute_not_exists(#withdrawn)`,
        values: { q: seq, d: row.dueAt, l: leaseUntil },
      });
      return ok;
    },

    /** Notes that a readiness was announced, and looks again when it should have been taken. */
    async announced(row: FeatureRow, again: number, now: number): Promise<void> {
      const noted = { announcedSeq: row.readySeq, announcedAt: new Date(now).toISOString() };
      const { ok } = await change(row.id, {
        set: { ...noted, ...due(row.id, again) },
        when: '#readySeq = :n AND #dueAt = :d',
        values: { n: row.readySeq, d: row.dueAt },
      });
      // Somebody asked for a look meanwhile, and will have it.
      if (!ok) await change(row.id, { set: noted, when: '#readySeq = :n', values: { n: row.readySeq } });
    },

    /** Takes back what may be claimed and was not, and makes it due. What a run holds stays with it and is due too. */
    async recall({ id, claimAt }: { id: string; claimAt: string }, now: number): Promise<void> {
      const recalled = await change(id, {
        set: due(id, now),
        remove: ['claimAt'],
        when: '#claimAt = :c AND #status = :p',
        values: { c: claimAt, p: 'pending' },
      });
      if (recalled.ok || recalled.row?.status !== 'in_progress') return;
      await change(id, {
        set: due(id, now),
        when: '#claimAt = :c AND #status = :i AND (attribute_not_exists(#dueAt) OR #dueAt > :n)',
        values: { c: claimAt, i: 'in_progress', n: dueUntil(now) },
      });
    },

    /** Looks again later, unless somebody asked for a look meanwhile. */
    async postpone(row: FeatureRow, until: number, noted: Item = {}): Promise<Written> {
      return change(row.id, {
        set: { ...due(row.id, until), ...noted },
        when: '#dueAt = :d',
        values: { d: row.dueAt },
      });
    },

    /** Looks no more until somebody asks for it, unless somebody did since the look. */
    async rest(row: FeatureRow): Promise<void> {
      await change(row.id, {
        remove: ['dueIn', 'dueAt'],
        when: '#dueAt = :d AND attribute_not_exists(#resyncAt)',
        values: { d: row.dueAt },
      });
    },

    /** Makes a row due for a look, unless it is already. */
    async askLook(row: FeatureRow, now: number): Promise<void> {
      await change(row.id, {
        set: { resyncAt: new Date(now).toISOString(), ...due(row.id, now) },
        when: '#workspaceId = :w AND (attribute_not_exists(#dueAt) OR #dueAt > :n)',
        values: { w: row.workspaceId, n: dueUntil(now) },
      });
    },

    /**
     * Makes the feature of an issue due for a look where a sub-issue may hold it or release it. Unlike `askLook` it
     * replaces a due time that stands, so that a look that has already read Linear does not end it.
     */
    async askLookAtParent(
      { linearIssueId, workspaceId }: { linearIssueId: string; workspaceId: string },
      now: number,
    ): Promise<void> {
      const id = derivedId('feature', linearIssueId);
      await change(id, {
        set: { resyncAt: new Date(now).toISOString(), ...due(id, now) },
        when: '#workspaceId = :w AND #status = :p AND attribute_exists(#claimIn)',
        values: { w: workspaceId, p: 'pending' },
      });
    },

    /**
     * Gives what is owed another comment id, before it is posted under that id. Lost: somebody else did so, or
     * posted it, since the row was read.
     */
    async renameOwed(row: FeatureRow, commentId: string, newId: string): Promise<boolean> {
      const owed = row.owed[commentId];
      if (!owed) return false;
      const { ok } = await change(row.id, {
        set: { [`owed.${newId}`]: storeOwed(owed) },
        remove: [`owed.${commentId}`],
        when: 'attribute_exists(#owed.#taken)',
        names: { taken: commentId },
      });
      return ok;
    },

    /** Takes a due row out of every shard until its workspace is connected again. */
    async park(row: FeatureRow): Promise<void> {
      await change(row.id, {
        set: { dueIn: parkedIn(row.workspaceId) },
        when: '#dueAt = :d',
        values: { d: row.dueAt },
      });
    },

    /** One page of where the parked rows of a workspace lie: their ids, and to go on after each. */
    parked(workspaceId: string, { limit, start }: PageAfter): Promise<Page<Item>> {
      return queryPage(db, {
        TableName: table,
        IndexName: 'due',
        KeyConditionExpression: 'dueIn = :p',
        ExpressionAttributeValues: { ':p': parkedIn(workspaceId) },
        Limit: limit,
        ExclusiveStartKey: start,
      });
    },

    /** Makes a parked row of a workspace due. */
    async unpark(id: string, workspaceId: string, now: number): Promise<void> {
      await change(id, { set: due(id, now), when: '#dueIn = :p', values: { p: parkedIn(workspaceId) } });
    },

    /** Keys of what is due, oldest first within its shard, of each workspace at least some. */
    async due(now: number, bounds: Partial<DueBounds> = {}): Promise<DueKey[]> {
      const ask = (query: Query) => queryPage(db, query);
      const shards = Array.from({ length: FEATURE_DUE_SHARDS }, (_, shard) =>
        dueKeys(dueQuery(shard, now), { ...BOUNDS, ...bounds }, ask),
      );
      return (await Promise.all(shards)).flat();
    },

    /** Ids of what came due within the last minute in one workspace, newest first within its shard, however much others made due. */
    async dueLately(workspaceId: string, now: number, { limit, pages } = LATELY): Promise<string[]> {
      const lately = async (shard: number): Promise<string[]> => {
        const { ExpressionAttributeValues, ...query } = dueQuery(shard, now);
        const ids: string[] = [];
        let start: Item | undefined;
        for (let page = 0; page < pages; page++) {
          const { items, next } = await queryPage(db, {
            ...query,
            KeyConditionExpression: 'dueIn = :p AND dueAt BETWEEN :from AND :t',
            FilterExpression: 'workspaceId = :w',
            ExpressionAttributeValues: {
              ...ExpressionAttributeValues,
              ':from': new Date(now - LATELY_MS).toISOString(),
              ':w': workspaceId,
            },
            ScanIndexForward: false,
            Limit: limit,
            ExclusiveStartKey: start,
          });
          ids.push(...items.map(({ id }) => String(id)));
          start = next;
          if (!start) break;
        }
        return ids;
      };
      const shards = Array.from({ length: FEATURE_DUE_SHARDS }, (_, shard) => lately(shard));
      return (await Promise.all(shards)).flat();
    },
  };
};
