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

/** A mutation's change of one row. */
export interface Change {
  action: WebhookAction;
  type: EntityType;
  row: Row;
  updatedFrom?: Record<string, unknown>;
}

/** An event to send to the applications of an organization. */
export interface WebhookEvent {
  type: string;
  action: string;
  /** The fields of the body beside the envelope. */
  payload: object;
  /** It is sent to applications that can see any of these teams; to all of them if the list is empty. */
  teamIds: string[];
}

/** How long a reordered delivery waits for a later one to overtake it. */
const OVERTAKE_MS = 5000;

/** The webhooks of applications. Each organization that authorized an application has one, all with the same URL. */
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

  /** Commits a mutation's writes and the deliveries about them in one transaction, then sends the deliveries. */
  sendWith(organizationId: string, writes: Operation[], eventsOf: () => WebhookEvent[]): void {
    const deliveries: Delivery[] = [];
    this.#store.commit(writes, () => {
      const installations = [...this.#store.all('Installation')].filter(
        (installation) => installation.organizationId === organizationId,
      );
      if (installations.length === 0) return [];
      for (const event of eventsOf()) {
        for (const installation of installations) {
          if (this.#receives(installation, event)) deliveries.push(this.#deliveryOf(installation, event));
        }
      }
      return deliveries.map((row) => ({ set: 'Delivery', row }));
    });
    this.#queue.add(deliveries);
  }

  /** Sends an event to one application. The writes of the same transaction may delete its installation. */
  sendTo(installation: Installation, writes: Operation[], event: WebhookEvent): void {
    const deliveries = this.#receives(installation, event) ? [this.#deliveryOf(installation, event)] : [];
    this.#store.commit([...writes, ...deliveries.map((row) => ({ set: 'Delivery' as const, row }))]);
    this.#queue.add(deliveries);
  }

  /** The webhook events for a mutation's changes. */
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

  /** Continues with the deliveries that a restart interrupted. */
  resume(): void {
    this.#queue.resume();
  }

  /** Attempts every delivery that is due on the local clock, and waits for the answers. */
  runDue(): Promise<void> {
    return this.#queue.runDue();
  }

  /** Drops the deliveries that a reset has deleted. */
  forget(): void {
    this.#queue.forget();
  }

  close(): void {
    this.#queue.close();
  }

  #receives({ applicationId, appUserId, webhookEnabled }: Installation, event: WebhookEvent): boolean {
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
