import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { dueAt, dueUntil, UNSHARDED_DUE_IN } from '../domain/due.ts';
import type { Trigger } from '../domain/feature.ts';
import type { SyncProgress } from '../domain/sync.ts';
import type { Settings } from '../domain/workspace.ts';
import { batchGet, type Change, type Db, type Item, queryPage, update } from './client.ts';
import {
  type ReconcileProgress,
  type SweepProgress,
  type WorkspaceRow,
  workspaceRow,
} from './workspace-row.ts';

/** What a completed OAuth flow brings. */
export type Connected = {
  id: string;
  ownerId: string;
  linearOrganizationId: string;
  linearOrganizationName: string;
  linearDefaultTeamId: string | undefined;
  appUserId: string;
  sealedTokens: string;
  tokenExpiresAt: string;
  settings: Settings;
  sync: SyncProgress;
};

/** Only one run of a reconcile raises a watermark. */
const sameWatermark = ({ issuesWatermark }: WorkspaceRow): string =>
  issuesWatermark ? '#issuesWatermark = :w' : 'attribute_not_exists(#issuesWatermark)';

/** Table `workspaces`: one row for each Linear organization that was ever connected. Times are epoch ms. */
export const workspacesTable = (db: Db, table: string) => {
  const change = (id: string, to: Change) => update(db, table, { id }, to);
  const due = (at: number): Item => ({ dueIn: UNSHARDED_DUE_IN, dueAt: dueAt(at) });
  const iso = (at: number) => new Date(at).toISOString();
  const startOf = (sync: SyncProgress, now: number) => Math.max(now, Date.parse(sync.notBefore ?? '1970'));

  return {
    async get(id: string): Promise<WorkspaceRow | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      return Item && workspaceRow(Item);
    },

    async getMany(ids: readonly string[]): Promise<WorkspaceRow[]> {
      return (
        await batchGet(
          db,
          table,
          ids.map((id) => ({ id })),
        )
      ).map(workspaceRow);
    },

    /** The workspace of an organization whose id is not derived from it (it came from elsewhere), if any. */
    async idByLinearOrganization(linearOrganizationId: string): Promise<string | undefined> {
      const { items } = await queryPage(db, {
        TableName: table,
        IndexName: 'by_linear_org',
        KeyConditionExpression: 'linearOrganizationId = :o',
        ExpressionAttributeValues: { ':o': linearOrganizationId },
        Limit: 1,
      });
      return items[0] && String(items[0].id);
    },

    /**
     * Stores a new connection: creates the workspace or revives it, for its owner (or whoever `mayTakeOver`).
     * Raises `tokenVersion`, so that a refresher in flight loses. Answers the sync that its own took the place of.
     */
    async connect(
      { id, ownerId, settings, ...fields }: Connected,
      { asMember, now }: { asMember: boolean; now: number },
    ): Promise<{ is: 'connected'; replaced: SyncProgress | undefined } | { is: 'owned_by_another' }> {
      const written = await change(id, {
        set: {
          ...fields,
          connection: 'connected',
          connectedAt: iso(now),
          updatedAt: iso(now),
          ...due(now),
        },
        init: { ownerId, settings, createdAt: iso(now) },
        add: { tokenVersion: 1 },
        remove: ['refreshUntil', 'grantRefusedAt', 'pausedUntil', 'outages', 'revokedAt', 'syncAgain'],
        returnOld: true,
        ...(asMember
          ? { when: 'attribute_exists(#ownerId)' }
          : { when: 'attribute_not_exists(#ownerId) OR #ownerId = :o', values: { o: ownerId } }),
      });
      if (!written.ok) return { is: 'owned_by_another' };
      // Of a new row some engines answer the key.
      const replaced = written.old?.ownerId ? workspaceRow(written.old).sync : undefined;
      return { is: 'connected', replaced };
    },

    /** Takes the right to refresh for `leaseMs`: one refresher for each token version. */
    async leaseRefresh(row: WorkspaceRow, leaseMs: number, now: number): Promise<boolean> {
      const { ok } = await change(row.id, {
        set: { refreshUntil: iso(now + leaseMs) },
        when: '#tokenVersion = :v AND #connection = :c AND (attribute_not_exists(#refreshUntil) OR #refreshUntil < :n OR #refreshUntil > :far)',
        values: { v: row.tokenVersion, c: 'connected', n: iso(now), far: iso(now + 2 * leaseMs) },
      });
      return ok;
    },

    async storeTokens(
      row: WorkspaceRow,
      tokens: { sealedTokens: string; tokenExpiresAt: string },
      now: number,
    ): Promise<boolean> {
      const { ok } = await change(row.id, {
        set: { ...tokens, tokenVersion: row.tokenVersion + 1, updatedAt: iso(now) },
        remove: ['refreshUntil', 'grantRefusedAt'],
        when: '#tokenVersion = :v AND #connection = :c',
        values: { v: row.tokenVersion, c: 'connected' },
      });
      return ok;
    },

    /** Linear refused the refresh token: noted the first time, believed the second, a minute later. */
    async grantRefused(row: WorkspaceRow, verdict: 'noted' | 'needs_reauth', now: number): Promise<boolean> {
      const noted = verdict === 'noted';
      const { ok } = await change(row.id, {
        set: noted
          ? { grantRefusedAt: iso(now), updatedAt: iso(now) }
          : { connection: 'needs_reauth', updatedAt: iso(now) },
        remove: ['refreshUntil'],
        when: '#tokenVersion = :v AND #connection = :c',
        values: { v: row.tokenVersion, c: 'connected' },
      });
      return ok;
    },

    /**
     * Ends the connection and forgets its tokens. Raises `tokenVersion`, so that a refresher in flight loses.
     * With `of`, only that very connection: a fresh one is not harmed by what was decided about an older one.
     */
    async disconnect(id: string, of: { connectedAt: string } | undefined, now: number): Promise<boolean> {
      const { ok } = await change(id, {
        set: { connection: 'disconnected', updatedAt: iso(now) },
        add: { tokenVersion: 1 },
        remove: [
          'sealedTokens',
          'tokenExpiresAt',
          'refreshUntil',
          'grantRefusedAt',
          'revokedAt',
          'sync',
          'syncAgain',
          'reconcile',
          'dueIn',
          'dueAt',
        ],
        when: of
          ? '#connection <> :c AND #connectedAt = :at'
          : '#connection <> :c AND attribute_exists(#ownerId)',
        values: { c: 'disconnected', at: of?.connectedAt },
      });
      return ok;
    },

    /** Notes that Linear says the app was revoked at `revokedAt` (ISO), unless we were connected after it. */
    async noteRevoked(id: string, revokedAt: string, now: number): Promise<'noted' | 'stale'> {
      const { ok } = await change(id, {
        set: { revokedAt, ...due(now) },
        when: '#connection <> :d AND #connectedAt < :r',
        values: { d: 'disconnected', r: revokedAt },
      });
      return ok ? 'noted' : 'stale';
    },

    /** The probe went well: the revocation was of an older connection. */
    async clearRevoked(row: WorkspaceRow): Promise<void> {
      await change(row.id, { remove: ['revokedAt'], when: '#revokedAt = :r', values: { r: row.revokedAt } });
    },

    /** Stores settings that were decided from `row`; lost when somebody else changed them meanwhile. */
    async saveSettings(
      row: WorkspaceRow,
      settings: Settings,
      triggerLabelIds: readonly string[],
      now: number,
    ): Promise<boolean> {
      const { ok } = await change(row.id, {
        set: {
          settings,
          triggerLabelIds,
          missedFrom: iso(now),
          updatedAt: iso(now),
          ...(settings.dispatch === row.settings.dispatch ? {} : { redispatchAt: iso(now), ...due(now) }),
        },
        when: '#settings = :s',
        values: { s: row.settings },
      });
      return ok;
    },

    /**
     * Asks for a sync. Two at once are one: the answer is the one that runs. With `again` another follows it, for
     * what it may have read too early. Nothing where the workspace is not connected.
     */
    async askSync(
      id: string,
      sync: SyncProgress,
      { again = false, now }: { again?: boolean; now: number },
    ): Promise<SyncProgress | undefined> {
      const written = await change(id, {
        set: { sync, ...due(startOf(sync, now)), updatedAt: iso(now) },
        when: '#connection = :c AND attribute_not_exists(#sync)',
        values: { c: 'connected' },
      });
      if (written.ok) return sync;
      const running = written.row && workspaceRow(written.row).sync;
      if (!running || !again) return running;
      const queued = await change(id, { set: { syncAgain: sync }, when: 'attribute_exists(#sync)' });
      return queued.ok ? sync : this.askSync(id, sync, { again, now });
    },

    /**
     * Keeps how far a sync came; `undefined` ends it, and begins the one that was asked for meanwhile. Lost when
     * another run of it went further.
     */
    async saveSync(
      row: WorkspaceRow,
      next: SyncProgress | undefined,
      { fields, now }: { fields: Item; now: number },
    ): Promise<boolean> {
      const following = next ?? row.syncAgain;
      const { ok } = await change(row.id, {
        set: {
          ...fields,
          updatedAt: iso(now),
          ...(next ? {} : { missedFrom: iso(now) }),
          ...(following ? { sync: following } : {}),
        },
        remove: next ? [] : ['syncAgain', ...(following ? [] : ['sync'])],
        when: next
          ? '#sync = :s'
          : `#sync = :s AND ${row.syncAgain ? '#syncAgain = :a' : 'attribute_not_exists(#syncAgain)'}`,
        values: { s: row.sync, a: next ? undefined : row.syncAgain },
      });
      return ok;
    },

    /** Keeps how far a reconcile came. Lost when another run of it went further. */
    async saveReconcile(
      row: WorkspaceRow,
      { reconcile, sweep }: { reconcile: ReconcileProgress; sweep: SweepProgress },
      now: number,
    ): Promise<boolean> {
      const { ok } = await change(row.id, {
        set: { reconcile, sweep, updatedAt: iso(now) },
        when: sameWatermark(row),
        values: { w: row.issuesWatermark },
      });
      return ok;
    },

    /** Raises the watermarks (Linear's clock), and says when to reconcile next and whether webhooks arrive. */
    async endReconcile(
      row: WorkspaceRow,
      {
        reconcile,
        sweep,
        next,
        deliveries,
      }: {
        reconcile: ReconcileProgress;
        sweep: SweepProgress;
        next: number;
        deliveries: 'missed' | 'arrived' | 'unknown';
      },
      now: number,
    ): Promise<boolean> {
      const { top, overlaps, startedAt } = reconcile;
      const rose = top.issues !== row.issuesWatermark || top.projects !== row.projectsWatermark;
      const { ok } = await change(row.id, {
        set: {
          issuesWatermark: top.issues,
          projectsWatermark: top.projects,
          ...(rose ? { watermarkRoseAt: iso(now) } : {}),
          ...(overlaps ? { overlapReadAt: startedAt } : {}),
          sweep,
          reconcileAt: iso(next),
          updatedAt: iso(now),
          ...(deliveries === 'missed' ? { deliveriesMissedAt: iso(now) } : {}),
        },
        remove: ['reconcile', ...(deliveries === 'arrived' ? ['deliveriesMissedAt'] : [])],
        when: sameWatermark(row),
        values: { w: row.issuesWatermark },
      });
      return ok;
    },

    /** What changes from here on is expected by us: no missed delivery. */
    async expectChanges(id: string, now: number): Promise<void> {
      await change(id, { set: { missedFrom: iso(now) }, when: 'attribute_exists(#ownerId)' });
    },

    /** Stores what the trigger label became, decided from `row`; lost when somebody changed either meanwhile. */
    async followTrigger(
      row: WorkspaceRow,
      { triggerLabel, triggerLabelIds }: Trigger,
      now: number,
    ): Promise<void> {
      await change(row.id, {
        set: {
          triggerLabelIds,
          settings: { ...row.settings, triggerLabel },
          missedFrom: iso(now),
          updatedAt: iso(now),
        },
        when: '#settings = :s AND (attribute_not_exists(#triggerLabelIds) OR #triggerLabelIds = :l)',
        values: { s: row.settings, l: row.triggerLabelIds },
      });
    },

    /** Makes the workspace due for a look, whatever it was due for. */
    async askLook(id: string, now: number): Promise<void> {
      await change(id, { set: due(now), when: '#connection = :c', values: { c: 'connected' } });
    },

    async pause(id: string, until: number): Promise<void> {
      await change(id, { set: { pausedUntil: iso(until) }, when: 'attribute_exists(#ownerId)' });
    },

    /** Linear did not answer: leaves it alone for a while, longer each time. Counted once by whoever saw it at once. */
    async backOff(row: WorkspaceRow, until: number): Promise<void> {
      await change(row.id, {
        set: { outages: row.outages + 1, pausedUntil: iso(until) },
        when:
          row.outages > 0 ? '#outages = :o' : 'attribute_not_exists(#outages) AND attribute_exists(#ownerId)',
        values: row.outages > 0 ? { o: row.outages } : {},
      });
    },

    /** Linear answers again. */
    async recovered(row: WorkspaceRow): Promise<void> {
      await change(row.id, { remove: ['outages'], when: '#outages = :o', values: { o: row.outages } });
    },

    /** What was ready by the old setting of `dispatch` is due. */
    async redispatched(row: WorkspaceRow): Promise<void> {
      await change(row.id, {
        remove: ['redispatchAt'],
        when: '#redispatchAt = :r',
        values: { r: row.redispatchAt },
      });
    },

    /** Looks again at `at`; a workspace that is not connected is parked. Lost when somebody asked meanwhile. */
    async lookAgain(row: WorkspaceRow, at: number | undefined): Promise<boolean> {
      // The index that named it was behind: it is not due any more.
      if (row.dueAt === undefined) return false;
      const { ok } = await change(row.id, {
        ...(at === undefined ? { remove: ['dueIn', 'dueAt'] } : { set: due(at) }),
        when: '#dueAt = :d',
        values: { d: row.dueAt },
      });
      return ok;
    },

    async due(now: number, limit = 5_000): Promise<string[]> {
      const { items } = await queryPage(db, {
        TableName: table,
        IndexName: 'due',
        KeyConditionExpression: 'dueIn = :p AND dueAt <= :t',
        ExpressionAttributeValues: { ':p': UNSHARDED_DUE_IN, ':t': dueUntil(now) },
        Limit: limit,
      });
      return items.map(({ id }) => String(id));
    },
  };
};

export type Workspaces = ReturnType<typeof workspacesTable>;
