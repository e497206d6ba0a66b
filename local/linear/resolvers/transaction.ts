import type { Context } from '../graphql/context.ts';
import { conflict, notFound } from '../graphql/errors.ts';
import { historyOf } from '../store/history.ts';
import type { Entities, EntityType, Issue, Row } from '../store/model.ts';
import type { Operation } from '../store/store.ts';
import type { Change, WebhookAction } from '../webhooks/webhooks.ts';

export interface Payload {
  success: true;
  lastSyncId: number;
}

/** A change of these keys alone does not move `updatedAt`, but it sends a webhook. */
const NOT_MEANINGFUL = new Set(['sortOrder', 'prioritySortOrder', 'subscriberIds']);
/** It is not known whether these move `updatedAt`, so a switch decides. */
const ARCHIVING = new Set(['archivedAt', 'trashed']);

type NewRow<T extends EntityType> = Omit<Entities[T], keyof Row> & Partial<Row> & { id: string };

/** The changes of one mutation. All of them and their webhooks are written together, or none of them. */
export class Transaction {
  readonly context: Context;
  readonly now: string;
  #pending = new Map<string, { type: EntityType; row: Row | null }>();
  #changes: Change[] = [];
  #deleted: { id: string; value: true }[] = [];

  constructor(context: Context) {
    this.context = context;
    this.now = context.nextTime();
  }

  find<T extends EntityType>(type: T, id: string): Entities[T] | undefined {
    const pending = this.#pending.get(id);
    if (pending?.type === type) return (pending.row as Entities[T] | null) ?? undefined;
    return this.context.view.find(type, id);
  }

  require<T extends EntityType>(type: T, id: string): Entities[T] {
    const row = this.find(type, id);
    if (!row) throw notFound(type);
    return row;
  }

  insert<T extends EntityType>(type: T, values: NewRow<T>): Entities[T] {
    if (this.#isTaken(type, values.id)) throw conflict(type, values.id);
    const stamps = { createdAt: this.now, updatedAt: this.now, archivedAt: null };
    const { organizationId } = this.context;
    const row = { organizationId, ...stamps, ...values } as unknown as Entities[T];
    this.#write('create', type, row);
    return row;
  }

  /** Changes a row, unless the patch changes nothing. `action` is that of the webhook; null sends no webhook. */
  update<T extends EntityType>(
    type: T,
    row: Entities[T],
    patch: Partial<Entities[T]>,
    action: WebhookAction | null = 'update',
  ): Entities[T] {
    const before = row as unknown as Record<string, unknown>;
    const changed = Object.entries(patch).filter(([key, value]) => !isSame(before[key], value));
    if (changed.length === 0) return row;
    const isMeaningful = changed.some(([key]) => this.#movesUpdatedAt(key));
    const updatedAt = isMeaningful ? laterThan(row.updatedAt, this.now) : row.updatedAt;
    const updatedFrom = Object.fromEntries(changed.map(([key]) => [key, before[key] ?? null]));
    if (isMeaningful) updatedFrom.updatedAt = row.updatedAt;
    const next = { ...row, ...Object.fromEntries(changed), updatedAt };
    this.#write(action, type, next, updatedFrom);
    if (type === 'Issue') this.#recordHistory(row as Issue, next as unknown as Issue);
    return next;
  }

  /** Moves the `updatedAt` of an issue after something was added to it, if the switch says so. */
  touch(issueId: string): void {
    const issue = this.find('Issue', issueId);
    if (!issue || !this.context.switches.values.commentMovesUpdatedAt) return;
    this.adjust('Issue', { ...issue, updatedAt: laterThan(issue.updatedAt, this.now) });
  }

  /** Writes internal data of a row without a webhook and without moving `updatedAt`. */
  adjust<T extends EntityType>(type: T, row: Entities[T]): void {
    this.#pending.set(row.id, { type, row });
  }

  remove<T extends EntityType>(type: T, row: Entities[T]): void {
    this.#write('remove', type, row);
    this.#pending.set(row.id, { type, row: null });
    this.#deleted.push({ id: deletedKey(type, row.id), value: true });
  }

  commit(): Payload {
    const { store, webhooks, organizationId } = this.context;
    const lastSyncId = Number(store.get('Setting', 'sync')?.value ?? 0) + 1;
    const writes = [...this.#pending].map(([id, { type, row }]) =>
      row ? ({ set: type, row } as Operation) : { delete: type, id },
    );
    for (const row of [...this.#deleted, { id: 'sync', value: lastSyncId }])
      writes.push({ set: 'Setting', row });
    webhooks.sendWith(organizationId, writes, () => webhooks.eventsOf(this.#changes, this.context));
    return { success: true, lastSyncId };
  }

  #isTaken(type: EntityType, id: string): boolean {
    const { store, switches } = this.context;
    if (this.#pending.has(id) || store.get(type, id)) return true;
    return switches.values.deletedIds === 'taken' && store.get('Setting', deletedKey(type, id)) !== undefined;
  }

  #movesUpdatedAt(key: string): boolean {
    if (NOT_MEANINGFUL.has(key)) return false;
    return !ARCHIVING.has(key) || this.context.switches.values.archiveMovesUpdatedAt;
  }

  #recordHistory(before: Issue, after: Issue): void {
    const entry = historyOf(before, after, this.context.user.id, this.now);
    if (entry) this.adjust('IssueHistory', entry);
  }

  #write(
    action: WebhookAction | null,
    type: EntityType,
    row: Row,
    updatedFrom?: Record<string, unknown>,
  ): void {
    this.#pending.set(row.id, { type, row });
    if (action) this.#changes.push({ action, type, row, ...(updatedFrom && { updatedFrom }) });
  }
}

/** The setting that remembers the id of something that was deleted. */
const deletedKey = (type: EntityType, id: string): string => `deleted ${type} ${id}`;

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Two changes within a millisecond still get different `updatedAt`, because clients order changes by it. */
const laterThan = (previous: string, now: string): string =>
  now > previous ? now : new Date(Date.parse(previous) + 1).toISOString();
