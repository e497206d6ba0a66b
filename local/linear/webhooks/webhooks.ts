import type { Clock } from '../../stand-in/clock.ts';
import type { LinearFaults } from '../faults.ts';
import type { EntityType, Row } from '../store/model.ts';
import type { Operation, Store } from '../store/store.ts';
import type { Switches } from '../store/switches.ts';
import type { Delivery, Installation } from '../store/tables.ts';
import { seesTeam, teamsOf } from '../store/view.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { type Actor, actorPayload, entityPayload } from './payloads.ts';

export type WebhookAction = 'create' | 'update' | 'remove';

/** What a mutation did to one row. */
export interface Change {
  action: WebhookAction;
  type: EntityType;
  row: Row;
  updatedFrom?: Record<string, unknown>;
}

/** Something to tell the applications of an organization. */
export interface WebhookEvent {
  type: string;
  action: string;
  /** What stands in the body beside the envelope. */
  payload: object;
  /** Who sees any of these teams is told; everybody, if there are none. */
  teamIds: string[];
}

/** How long a delivery that is to be overtaken waits for another one. */
const OVERTAKE_MS = 5000;

/** Applications' webhooks: one per organization that authorized an application, all of them at its one url. */
export class Webhooks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #faults: LinearFaults;
  readonly #switches: Switches;
  readonly #queue: DeliveryQueue;

  constructor(store: Store, clock: Clock, faults: LinearFaults, switches: Switches) {
    this.#store = store;
    this.#clock = clock;
    this.#faults = faults;
    this.#switches = switches;
    this.#queue = new DeliveryQueue(store, clock, switches);
  }

  /** Commits what a mutation writes and the deliveries that tell of it as one, then sends them. */
  sendWith(organizationId: string, writes: Operation[], eventsOf: () => WebhookEvent[]): void {
    const deliveries: Delivery[] = [];
    this.#store.commit(writes, () => {
      const installations = [...this.#store.all('Installation')].filter(
        (installation) => installation.organizationId === organizationId,
      );
      if (installations.length === 0) return [];
      for (const event of eventsOf()) {
        for (const installation of installations) {
          if (this.#isTold(installation, event)) deliveries.push(this.#deliveryOf(installation, event));
        }
      }
      return deliveries.map((row) => ({ set: 'Delivery', row }));
    });
    this.#queue.take(deliveries);
  }

  /** Tells one application, together with writes that may take its installation away. */
  sendTo(installation: Installation, writes: Operation[], event: WebhookEvent): void {
    const deliveries = this.#isTold(installation, event) ? [this.#deliveryOf(installation, event)] : [];
    this.#store.commit([...writes, ...deliveries.map((row) => ({ set: 'Delivery' as const, row }))]);
    this.#queue.take(deliveries);
  }

  /** What a mutation's changes are in the words of webhooks. */
  eventsOf(changes: Change[], by: Actor): WebhookEvent[] {
    return changes.flatMap(({ action, type, row, updatedFrom }) => {
      const described = entityPayload(this.#store, type, row);
      if (!described) return [];
      const payload = {
        actor: actorPayload(this.#store, this.#switches, by),
        ...described,
        ...(updatedFrom && action === 'update' && { updatedFrom }),
      };
      return [{ type, action, payload, teamIds: teamsOf(this.#store, type, row) }];
    });
  }

  /** Takes up what a restart interrupted. */
  resume(): void {
    this.#queue.resume();
  }

  /** Attempts every delivery whose time has come on the local clock, and waits for the answers. */
  runDue(): Promise<void> {
    return this.#queue.runDue();
  }

  /** Forgets deliveries that a reset took away. */
  forget(): void {
    this.#queue.forget();
  }

  close(): void {
    this.#queue.close();
  }

  #isTold({ applicationId, appUserId, webhookEnabled }: Installation, event: WebhookEvent): boolean {
    const application = this.#store.get('Application', applicationId);
    const appUser = this.#store.get('User', appUserId);
    if (!application?.webhookUrl || !webhookEnabled || !appUser) return false;
    const isSubscribed = (application.resourceTypes as string[]).includes(event.type);
    if (!isSubscribed && event.type !== 'OAuthApp') return false;
    if (event.teamIds.length === 0) return true;
    return event.teamIds.some((id) => {
      const team = this.#store.get('Team', id);
      const isWithheld = team?.private && this.#switches.values.privateTeamWebhooks === 'withheld';
      return team !== undefined && !isWithheld && seesTeam(appUser, team);
    });
  }

  #deliveryOf({ organizationId, applicationId, webhookId }: Installation, event: WebhookEvent): Delivery {
    const { type, action, payload } = event;
    const createdAt = this.#clock.iso();
    const now = this.#clock.now();
    const envelope = { organizationId, webhookTimestamp: now, webhookId };
    const delivery: Delivery = {
      id: crypto.randomUUID(),
      organizationId,
      applicationId,
      type,
      action,
      body: JSON.stringify({ action, type, createdAt, ...payload, ...envelope }),
      createdAt,
      attempts: [],
      outcome: 'pending',
      dueAt: null,
      copies: 1,
      overtaken: false,
    };
    const fault = this.#faults.takeDelivery(type, organizationId);
    switch (fault?.kind) {
      case 'drop':
        return { ...delivery, outcome: 'dropped' };
      case 'delay':
        return { ...delivery, dueAt: now + fault.delayMs };
      case 'reorder':
        return { ...delivery, dueAt: now + OVERTAKE_MS, overtaken: true };
      case 'duplicate':
        return { ...delivery, copies: 2 };
      default:
        return delivery;
    }
  }
}
