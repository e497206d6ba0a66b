import { createHmac } from 'node:crypto';
import { type Clock, HOUR_MS, MINUTE_MS } from '../../stand-in/clock.ts';
import type { Store } from '../store/store.ts';
import type { Switches } from '../store/switches.ts';
import type { Delivery, DeliveryAttempt, Installation } from '../store/tables.ts';

const TIMEOUT_MS = 5000;
const RETRY_AFTER_MS = [MINUTE_MS, HOUR_MS, 6 * HOUR_MS];
const KEPT_DELIVERIES = 1000;
/** The limit of concurrent posts; a bulk edit creates thousands of deliveries. */
const MAX_IN_FLIGHT = 32;

/** Posts deliveries to their applications, and retries failed ones at Linear's intervals. */
export class DeliveryQueue {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #switches: Switches;
  readonly #pending = new Set<string>();
  readonly #inFlight = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  /** Deliveries that wait until a later one has overtaken them. */
  readonly #held = new Set<string>();
  #posting = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: Store, clock: Clock, switches: Switches) {
    this.#store = store;
    this.#clock = clock;
    this.#switches = switches;
  }

  /** Continues with the deliveries that a restart interrupted. */
  resume(): void {
    for (const { id, outcome } of this.#store.all('Delivery'))
      if (outcome === 'pending') this.#pending.add(id);
    void this.runDue();
  }

  add(deliveries: Delivery[]): void {
    for (const delivery of deliveries) {
      if (delivery.outcome !== 'pending') continue;
      this.#pending.add(delivery.id);
      if (delivery.overtaken) this.#held.add(delivery.id);
      if (delivery.dueAt === null) void this.#deliver(delivery);
      else this.#schedule();
    }
  }

  /** Attempts every delivery that is due on the local clock, and waits for the answers. */
  async runDue(): Promise<void> {
    const now = this.#clock.now();
    const due = this.#idle().filter(({ dueAt }) => (dueAt ?? 0) <= now);
    await Promise.all(due.map((delivery) => this.#attempt(delivery)));
    this.#schedule();
  }

  /** Drops the deliveries that a reset has deleted. */
  forget(): void {
    this.#pending.clear();
    this.#held.clear();
    clearTimeout(this.#timer);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    await this.#attempt(delivery);
    // The deliveries that were held back arrive in reverse order too.
    for (const id of [...this.#held].reverse()) {
      const held = this.#store.get('Delivery', id);
      if (held?.organizationId === delivery.organizationId) await this.#attempt(held);
    }
  }

  async #attempt(delivery: Delivery): Promise<void> {
    if (this.#closed || this.#inFlight.has(delivery.id)) return;
    this.#inFlight.add(delivery.id);
    this.#held.delete(delivery.id);
    const copies = delivery.attempts.length === 0 ? delivery.copies : 1;
    const posts = Array.from({ length: copies }, () => this.#post(delivery));
    const results = (await Promise.all(posts)).filter((attempt) => attempt !== undefined);
    this.#inFlight.delete(delivery.id);
    // A reset may have deleted the delivery in the meantime. Then its result is not stored.
    if (this.#closed || results.length === 0 || !this.#store.get('Delivery', delivery.id)) return;
    this.#settle(delivery, results);
  }

  #settle(delivery: Delivery, results: DeliveryAttempt[]): void {
    const isDelivered = results.some(({ status }) => status === 200);
    const retryAfter = RETRY_AFTER_MS[Math.max(0, delivery.attempts.length - (delivery.copies - 1))];
    const retries = !isDelivered && retryAfter !== undefined;
    const outcome = isDelivered ? 'delivered' : retries ? 'pending' : 'failed';
    if (!retries) this.#pending.delete(delivery.id);
    const row: Delivery = {
      ...delivery,
      attempts: [...delivery.attempts, ...results],
      outcome,
      dueAt: retries ? this.#clock.now() + retryAfter : null,
      overtaken: false,
    };
    const installation = this.#installationAfter(delivery, outcome);
    this.#store.commit([
      { set: 'Delivery', row },
      ...(installation ? [{ set: 'Installation' as const, row: installation }] : []),
    ]);
    if (retries) this.#schedule();
    this.#prune();
  }

  /** The installation's row after an event was delivered or lost; undefined if it does not change. */
  #installationAfter(delivery: Delivery, outcome: Delivery['outcome']): Installation | undefined {
    const id = `${delivery.organizationId} ${delivery.applicationId}`;
    const installation = this.#store.get('Installation', id);
    if (!installation || outcome === 'pending') return undefined;
    const lostEvents = outcome === 'failed' ? installation.lostEvents + 1 : 0;
    if (lostEvents === installation.lostEvents) return undefined;
    const limit = this.#switches.values.disableWebhookAfter;
    const webhookEnabled = installation.webhookEnabled && (limit === 0 || lostEvents < limit);
    return { ...installation, lostEvents, webhookEnabled };
  }

  async #post(delivery: Delivery): Promise<DeliveryAttempt | undefined> {
    while (this.#posting >= MAX_IN_FLIGHT) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const application = this.#store.get('Application', delivery.applicationId);
    if (this.#closed || !application?.webhookUrl) return undefined;
    this.#posting += 1;
    const at = this.#clock.iso();
    const { body, deliveryId } = this.#contentOf(delivery);
    try {
      const response = await fetch(application.webhookUrl, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Linear-Webhook',
          'linear-delivery': deliveryId,
          'linear-event': delivery.type,
          'linear-signature': sign(body, application.webhookSecret),
          'linear-timestamp': String((JSON.parse(body) as { webhookTimestamp: number }).webhookTimestamp),
        },
      });
      await response.body?.cancel();
      return { at, deliveryId, status: response.status };
    } catch (error) {
      return { at, deliveryId, status: null, error: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#posting -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** The body and id of the next attempt. Switches decide whether a retry repeats those of the first. */
  #contentOf({ id, body, attempts }: Delivery): { body: string; deliveryId: string } {
    const { retryTimestamp, retryDeliveryId } = this.#switches.values;
    if (attempts.length === 0) return { body, deliveryId: id };
    const restamped = { ...(JSON.parse(body) as object), webhookTimestamp: this.#clock.now() };
    return {
      body: retryTimestamp === 'restamped' ? JSON.stringify(restamped) : body,
      deliveryId: retryDeliveryId === 'new' ? crypto.randomUUID() : id,
    };
  }

  /** The deliveries that wait for their next attempt, oldest first. */
  #idle(): Delivery[] {
    return [...this.#pending]
      .filter((id) => !this.#inFlight.has(id))
      .map((id) => this.#store.get('Delivery', id))
      .filter((delivery) => delivery !== undefined);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const next = this.#idle().reduce(
      (soonest, { dueAt }) => Math.min(soonest, dueAt ?? soonest),
      Number.POSITIVE_INFINITY,
    );
    if (this.#closed || next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => void this.runDue(), Math.max(0, next - this.#clock.now()));
    this.#timer.unref();
  }

  #prune(): void {
    if (this.#store.count('Delivery') - this.#pending.size < 2 * KEPT_DELIVERIES) return;
    const done = [...this.#store.all('Delivery')].filter(({ outcome }) => outcome !== 'pending');
    this.#store.commit(done.slice(0, -KEPT_DELIVERIES).map(({ id }) => ({ delete: 'Delivery', id })));
  }
}

const sign = (body: string, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');
