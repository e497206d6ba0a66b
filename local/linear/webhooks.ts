import { createHmac } from 'node:crypto';
import { type Clock, HOUR_MS, MINUTE_MS } from './clock.ts';
import type { Caller } from './context.ts';
import type { Faults } from './faults.ts';
import type { Application, Delivery, DeliveryAttempt, EntityType, Row } from './model.ts';
import { actorPayload, entityPayload } from './payloads.ts';
import type { Store } from './store.ts';

export type WebhookAction = 'create' | 'update' | 'remove';

export interface Change {
  action: WebhookAction;
  type: EntityType;
  row: Row;
  updatedFrom?: Record<string, unknown>;
}

const TIMEOUT_MS = 5000;
const RETRY_AFTER_MS = [MINUTE_MS, HOUR_MS, 6 * HOUR_MS];
/** How long a delivery that is to be overtaken waits for another one. */
const OVERTAKE_MS = 5000;
const KEPT_DELIVERIES = 1000;

/** The application's webhook: one per organization that authorized it, all of them at one url. */
export class Webhooks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #url: string | undefined;
  readonly #inFlight = new Set<string>();
  readonly #toBeOvertaken = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: Store, clock: Clock, faults: Faults, url: string | undefined) {
    this.#store = store;
    this.#clock = clock;
    this.#faults = faults;
    this.#url = url;
  }

  /** Tells of what a mutation did. A kill between its commit and this loses the events, as it might at Linear. */
  announce(changes: Change[], caller: Caller): void {
    for (const { action, type, row, updatedFrom } of changes) {
      const payload = entityPayload(this.#store, type, row);
      if (!payload) continue;
      this.#send(caller.organizationId, type, action, {
        actor: actorPayload(this.#store, caller.user),
        data: payload.data,
        url: payload.url,
        ...(updatedFrom && action === 'update' && { updatedFrom }),
      });
    }
  }

  /** Tells the application that an organization took its access away. Call it while the installation stands. */
  announceRevoked(organizationId: string): void {
    this.#send(organizationId, 'OAuthApp', 'revoked', { oauthClientId: this.#application().id });
  }

  /** Takes up what a restart interrupted. */
  resume(): void {
    void this.runDue();
  }

  /** Attempts every delivery whose time has come on the local clock, and waits for the answers. */
  async runDue(): Promise<void> {
    const now = this.#clock.now();
    const due = this.#pending().filter(({ dueAt }) => (dueAt ?? 0) <= now);
    await Promise.all(due.map((delivery) => this.#attempt(delivery)));
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #application(): Application {
    const [application] = this.#store.all('Application');
    if (!application) throw new Error('the application is missing from the store');
    return application;
  }

  #send(organizationId: string, type: string, action: string, payload: object): void {
    const installation = this.#store.get('Installation', organizationId);
    if (!installation || !this.#url) return;
    const createdAt = this.#clock.iso();
    const webhookTimestamp = this.#clock.now();
    const { webhookId } = installation;
    const body = JSON.stringify({
      action,
      type,
      createdAt,
      ...payload,
      organizationId,
      webhookTimestamp,
      webhookId,
    });
    const id = crypto.randomUUID();
    const fault = this.#faults.takeDelivery(type, organizationId);
    const delivery: Delivery = {
      id,
      organizationId,
      type,
      action,
      body,
      createdAt,
      attempts: [],
      outcome: fault?.kind === 'drop' ? 'dropped' : 'pending',
      dueAt: null,
    };
    if (fault?.kind === 'delay') delivery.dueAt = webhookTimestamp + fault.delayMs;
    if (fault?.kind === 'reorder') {
      delivery.dueAt = webhookTimestamp + OVERTAKE_MS;
      this.#toBeOvertaken.add(id);
    }
    this.#store.set('Delivery', delivery);
    if (delivery.outcome === 'pending' && delivery.dueAt === null) {
      const copies = fault?.kind === 'duplicate' ? 2 : 1;
      void this.#deliver(delivery, copies);
    } else this.#schedule();
  }

  async #deliver(delivery: Delivery, copies: number): Promise<void> {
    await this.#attempt(delivery, copies);
    // Latest first: the order of what was held back is turned round as well.
    for (const { id } of this.#pending().reverse()) {
      const held = this.#store.get('Delivery', id);
      if (held?.organizationId !== delivery.organizationId || !this.#toBeOvertaken.has(id)) continue;
      await this.#attempt(held);
    }
    this.#schedule();
  }

  async #attempt(delivery: Delivery, copies = 1): Promise<void> {
    if (this.#closed || this.#inFlight.has(delivery.id)) return;
    this.#inFlight.add(delivery.id);
    this.#toBeOvertaken.delete(delivery.id);
    const results = await Promise.all(Array.from({ length: copies }, () => this.#post(delivery)));
    this.#inFlight.delete(delivery.id);
    // A reset may have come in between; what it forgot stays forgotten.
    if (this.#closed || !this.#store.get('Delivery', delivery.id)) return;
    const attempts = [...delivery.attempts, ...results];
    const isDelivered = results.some(({ status }) => status === 200);
    const retryAfter = RETRY_AFTER_MS[delivery.attempts.length];
    const retries = !isDelivered && retryAfter !== undefined;
    this.#store.set('Delivery', {
      ...delivery,
      attempts,
      outcome: isDelivered ? 'delivered' : retries ? 'pending' : 'failed',
      dueAt: retries ? this.#clock.now() + retryAfter : null,
    });
    this.#prune();
  }

  /** A retry repeats the body as it was, its timestamp included. */
  async #post({ id, type, body }: Delivery): Promise<DeliveryAttempt> {
    const at = this.#clock.iso();
    try {
      const response = await fetch(this.#url ?? '', {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Linear-Webhook',
          'linear-delivery': id,
          'linear-event': type,
          'linear-signature': sign(body, this.#application().webhookSecret),
          'linear-timestamp': String((JSON.parse(body) as { webhookTimestamp: number }).webhookTimestamp),
        },
      });
      await response.body?.cancel();
      return { at, status: response.status };
    } catch (error) {
      return { at, status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  #pending(): Delivery[] {
    return [...this.#store.all('Delivery')].filter(
      ({ id, outcome }) => outcome === 'pending' && !this.#inFlight.has(id),
    );
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const next = Math.min(...this.#pending().map(({ dueAt }) => dueAt ?? Number.POSITIVE_INFINITY));
    if (this.#closed || next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => void this.runDue(), Math.max(0, next - this.#clock.now()));
    this.#timer.unref();
  }

  #prune(): void {
    const done = [...this.#store.all('Delivery')].filter(({ outcome }) => outcome !== 'pending');
    for (const { id } of done.slice(0, -KEPT_DELIVERIES)) this.#store.delete('Delivery', id);
  }
}

const sign = (body: string, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');
