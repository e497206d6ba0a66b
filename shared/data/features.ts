import { GetCommand } from '@aws-sdk/lib-dynamodb';
import {
  dueAt,
  dueUntil,
  FEATURE_DUE_SHARDS,
  featureDueIn,
  featureDueShard,
  parkedIn,
} from '../domain/due.ts';
import {
  isListed,
  type Outcome,
  type Projection,
  type Version,
  type WithdrawnIssue,
} from '../domain/feature.ts';
import { type Report, reportKey } from '../domain/status.ts';
import { batchGet, type Change, type Db, type Item, queryPage, update, type Written } from './client.ts';
import { openDescription, storeDescription } from './description.ts';
import { type FeatureRow, featureRow, type ListedFeature } from './feature-row.ts';

/** Newer by Linear's clock; or the same edit seen later and different (data design, "Conditions"). */
const NEWER =
  'attribute_not_exists(#linearUpdatedAt) OR #linearUpdatedAt < :u OR #linearUpdatedAt = :u AND #seenAt < :s AND #contentHash <> :h';

/** Another workspace's row is none to write, whatever Linear's ids say. */
const OURS = '(attribute_not_exists(#workspaceId) OR #workspaceId = :w)';

/** Nobody reported and nobody asked for a look since the row was read. */
const UNCHANGED = '#statusSeq = :q AND #dueAt = :d';
/** It still qualifies by the very look at Linear that the row was read with. */
const CONFIRMED = '#linearUpdatedAt = :u AND attribute_exists(#claimIn) AND attribute_not_exists(#withdrawn)';

/** What a look at a feature ended with. */
export type Settlement = {
  /** Ids of the comments that now stand in Linear. */
  posted: readonly string[];
  ready: boolean;
  /** The state our write left the issue in, where we wrote it. */
  writtenStateId?: string | undefined;
  /** Why Linear will never take the rest, for people to read. */
  failure?: string | undefined;
};

/** Why a row refused a projection. `tied`: two looks at the same edit, at the same instant, that differ. */
type Refusal = 'unchanged' | 'stale' | 'tied';

const refusal = (row: FeatureRow, { linearUpdatedAt, seenAt, contentHash }: Version): Refusal | 'newer' => {
  if (row.linearUpdatedAt === undefined || row.linearUpdatedAt < linearUpdatedAt) return 'newer';
  if (row.linearUpdatedAt > linearUpdatedAt) return 'stale';
  if (row.contentHash === contentHash) return 'unchanged';
  if (row.seenAt === seenAt) return 'tied';
  return (row.seenAt ?? '') > seenAt ? 'stale' : 'newer';
};

/**
 * How far a projection may go. `create`: makes the row and asks for a look. `edit`: only a row that qualifies
 * already, which costs no look. `update`: only a row that stands, for what is not imported any more.
 */
export type Reach = 'create' | 'edit' | 'update';

const reachCondition: Record<Reach, string | undefined> = {
  create: undefined,
  edit: 'attribute_exists(#claimIn)',
  update: 'attribute_exists(#issue)',
};

/** Table `features`: one row for each Linear issue that ever qualified, for ever. Times are epoch milliseconds. */
export const featuresTable = (db: Db, table: string) => {
  const change = (id: string, to: Change) => update(db, table, { id }, to);
  const due = (id: string, at: number): Item => ({ dueIn: featureDueIn(id), dueAt: dueAt(at) });

  /** What every row has, whoever writes it first. */
  const born = (row: { workspaceId: string; linearIssueId: string }, now: number): Item => ({
    workspaceId: row.workspaceId,
    linearIssueId: row.linearIssueId,
    status: 'pending',
    statusSeq: 0,
    owed: {},
    createdAt: new Date(now).toISOString(),
  });

  const applied = async (
    { id, workspaceId, version }: { id: string; workspaceId: string; version: Version },
    now: number,
    { when, ...written }: Change,
  ): Promise<'written' | Refusal | 'out_of_reach'> => {
    const answer = await change(id, {
      ...written,
      when: [`(${NEWER})`, OURS, ...(when ? [when] : [])].join(' AND '),
      set: { ...written.set, ...version, updatedAt: new Date(now).toISOString() },
      add: { revision: 1 },
      values: { u: version.linearUpdatedAt, s: version.seenAt, h: version.contentHash, w: workspaceId },
    });
    if (answer.ok) return 'written';
    if (!answer.row) return 'out_of_reach';
    const row = featureRow(answer.row);
    if (row.workspaceId !== workspaceId) return 'out_of_reach';
    const why = refusal(row, version);
    if (why !== 'tied') return why === 'newer' ? 'out_of_reach' : why;
    await change(id, { set: { resyncAt: version.seenAt, ...due(id, now) } });
    return 'tied';
  };

  return {
    async get(id: string): Promise<FeatureRow | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      return Item && featureRow(Item);
    },

    /** The text of a feature's issue, which may be stored compressed. */
    descriptionOf: (row: ListedFeature): string => openDescription(row.issue.description),

    /** The base rows, read consistently; in no order, without those that do not stand. */
    async getMany(ids: readonly string[]): Promise<FeatureRow[]> {
      const rows = await batchGet(
        db,
        table,
        ids.map((id) => ({ id })),
      );
      return rows.map(featureRow);
    },

    /** Writes what Linear says, unless we hold something newer. Revives what was withdrawn. */
    project(
      { version, id, workspaceId, linearIssueId, claimIn, issue, ...theirs }: Projection,
      { reach, look, now }: { reach: Reach; look: boolean; now: number },
    ) {
      return applied({ id, workspaceId, version }, now, {
        set: {
          ...theirs,
          issue: { ...issue, ...storeDescription(issue.description) },
          claimIn,
          ...(look ? due(id, now) : {}),
        },
        init: born({ workspaceId, linearIssueId }, now),
        // Ready means confirmed since it last began to qualify, so what ends that takes `claimAt` with it.
        remove: claimIn ? ['withdrawn', 'absentSince'] : ['withdrawn', 'absentSince', 'claimIn', 'claimAt'],
        ...(reachCondition[reach] ? { when: reachCondition[reach] } : {}),
      });
    },

    /** Marks what no longer qualifies, also where no row stands: a late older event must not resurrect it. */
    withdraw({ id, version, reason, ...keys }: WithdrawnIssue, now: number) {
      return applied({ id, version, workspaceId: keys.workspaceId }, now, {
        set: { withdrawn: reason, ...due(id, now) },
        init: born(keys, now),
        remove: ['claimIn', 'claimAt'],
      });
    },

    /** A late event is a hint: makes the issue due for a read if it is not older than what we hold. */
    async hint(
      { id, version, ...keys }: { id: string; workspaceId: string; linearIssueId: string; version: Version },
      now: number,
    ): Promise<'hinted' | 'stale'> {
      const { ok } = await change(id, {
        set: { resyncAt: version.seenAt, ...due(id, now), updatedAt: new Date(now).toISOString() },
        init: born(keys, now),
        when: `(attribute_not_exists(#linearUpdatedAt) OR #linearUpdatedAt < :u OR #linearUpdatedAt = :u AND #contentHash <> :h) AND ${OURS}`,
        values: { u: version.linearUpdatedAt, h: version.contentHash, w: keys.workspaceId },
      });
      return ok ? 'hinted' : 'stale';
    },

    /** Records an accepted report: status, outcome and due time in one write. Lost: the row as it is now. */
    async report(
      row: FeatureRow,
      report: Report,
      owed: { commentId: string; outcome: Outcome } | undefined,
      now: number,
    ): Promise<{ ok: true } | { ok: false; row: FeatureRow | undefined }> {
      const { status, runId } = report;
      const written = await change(row.id, {
        set: {
          status,
          statusSeq: row.statusSeq + 1,
          runId,
          updatedAt: new Date(now).toISOString(),
          ...(owed ? { [`owed.${owed.commentId}`]: owed.outcome } : {}),
          ...due(row.id, now),
        },
        add: { reports: new Set([reportKey(report)]) },
        remove: ['claimAt'],
        when: '#statusSeq = :q AND #workspaceId = :w',
        values: { q: row.statusSeq, w: row.workspaceId },
      });
      return written.ok ? written : { ok: false, row: written.row && featureRow(written.row) };
    },

    /**
     * Ends a look: what was written back is no longer owed, and a feature that may be handed out is. A row that
     * changed meanwhile stays due and loses only the outcomes that now stand in Linear.
     */
    async settle(row: FeatureRow, look: Settlement, now: number): Promise<'settled' | 'changed'> {
      const at = new Date(now).toISOString();
      const posted = look.posted.map((commentId) => `owed.${commentId}`);
      const told: Item = { writtenStateId: look.writtenStateId, failure: look.failure };
      const written = await change(row.id, {
        set: {
          ...told,
          writtenSeq: row.statusSeq,
          updatedAt: at,
          ...(look.ready ? { claimAt: at, readySeq: row.readySeq + 1 } : {}),
        },
        remove: [
          'dueIn',
          'dueAt',
          'resyncAt',
          'absentSince',
          ...posted,
          ...(look.failure ? [] : ['failure']),
        ],
        when: look.ready ? `${UNCHANGED} AND ${CONFIRMED}` : UNCHANGED,
        values: {
          q: row.statusSeq,
          d: row.dueAt,
          ...(look.ready ? { u: row.linearUpdatedAt } : {}),
        },
      });
      if (written.ok) return 'settled';
      if (posted.length > 0) await change(row.id, { set: told, remove: posted });
      return 'changed';
    },

    /** Looks again later, unless somebody asked for a look meanwhile. */
    async postpone(row: FeatureRow, until: number, noted: Item = {}): Promise<Written> {
      return change(row.id, {
        set: { ...due(row.id, until), ...noted },
        when: '#dueAt = :d',
        values: { d: row.dueAt },
      });
    },

    /** Takes a due row out of every shard until its workspace is connected again. */
    async park(row: FeatureRow): Promise<void> {
      await change(row.id, {
        set: { dueIn: parkedIn(row.workspaceId) },
        when: '#dueAt = :d',
        values: { d: row.dueAt },
      });
    },

    /** Makes one page of the parked rows of a workspace due. Answers their ids. */
    async unpark(workspaceId: string, now: number): Promise<string[]> {
      const parked = parkedIn(workspaceId);
      const { items } = await queryPage(db, {
        TableName: table,
        IndexName: 'due',
        KeyConditionExpression: 'dueIn = :p',
        ExpressionAttributeValues: { ':p': parked },
      });
      for (const { id } of items)
        await change(id, { set: due(String(id), now), when: '#dueIn = :p', values: { p: parked } });
      return items.map(({ id }) => String(id));
    },

    /** Keys of what is due, oldest first within its shard; at most `pages` pages of each shard. */
    async due(now: number, pages = 5): Promise<{ id: string; workspaceId: string }[]> {
      const shards = Array.from({ length: FEATURE_DUE_SHARDS }, async (_, shard) => {
        const found: Item[] = [];
        let start: Item | undefined;
        for (let page = 0; page < pages; page++) {
          const { items, next } = await queryPage(db, {
            TableName: table,
            IndexName: 'due',
            KeyConditionExpression: 'dueIn = :p AND dueAt <= :t',
            ExpressionAttributeValues: { ':p': featureDueShard(shard), ':t': dueUntil(now) },
            ExclusiveStartKey: start,
          });
          found.push(...items);
          start = next;
          if (!start) break;
        }
        return found;
      });
      const found = (await Promise.all(shards)).flat();
      return found.map(({ id, workspaceId }) => ({ id: String(id), workspaceId: String(workspaceId) }));
    },

    /** One page of a project's features, most urgent first. */
    async listByProject(
      projectId: string,
      { limit, start }: { limit: number; start?: Item | undefined },
    ): Promise<{ items: ListedFeature[]; next?: Item | undefined }> {
      const { items, next } = await queryPage(db, {
        TableName: table,
        IndexName: 'by_project',
        KeyConditionExpression: 'projectId = :p',
        ExpressionAttributeValues: { ':p': projectId },
        Limit: limit,
        ExclusiveStartKey: start,
      });
      const rows = (
        await batchGet(
          db,
          table,
          items.map(({ id }) => ({ id })),
        )
      ).map(featureRow);
      const byId = new Map(rows.map((row) => [row.id, row]));
      const listed = items.flatMap(({ id }) => byId.get(String(id)) ?? []);
      return { items: listed.filter(isListed).filter((row) => row.projectId === projectId), next };
    },
  };
};

export type Features = ReturnType<typeof featuresTable>;
