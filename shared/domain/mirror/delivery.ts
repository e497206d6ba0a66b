import type { IssueSnapshot } from './issue.ts';
import type { ProjectSnapshot } from './project.ts';

/**
 * How far a delivery is trusted. `fresh`: it is projected. `late`: a retry, which only asks for a read. `expired`:
 * older than any retry, or from the future.
 */
export type Age = 'fresh' | 'late' | 'expired';

/** What a webhook may say, by kind. */
type Contents = {
  issue: {
    issue: IssueSnapshot;
    event: IssueEvent;
    /** Who made the change, if Linear says so. */
    actorId: string | undefined;
  };
  /** An issue of an unknown shape. Only its id is known, so it has to be read. */
  unreadable_issue: { issueId: string; why: string };
  project: { project: ProjectSnapshot };
  label: { label: { id: string; name: string; isRemoved: boolean } };
  /** The teams that the app may see have changed. */
  access: unknown;
  /** The organization took the app's access away, at `at` (ISO). */
  revoked: { at: string };
};
export type DeliveryKind = keyof Contents;
export type DeliveryContent<Kind extends DeliveryKind = DeliveryKind> = {
  [K in Kind]: { is: K } & Contents[K];
}[Kind];

type Head = { organizationId: string; type: string; action: string; age: Age };

/** A signed webhook in our words, of a kind that we handle. */
export type KnownDelivery<Kind extends DeliveryKind = DeliveryKind> = {
  [K in Kind]: Head & { is: K } & Contents[K];
}[Kind];

/** `ignored`: a type or action that we do not handle. */
export type Delivery = KnownDelivery | (Head & { is: 'ignored' });

/** What a webhook says beside the issue: what happened, and the previous values of what changed. */
export type IssueEvent = {
  action: string;
  updatedFrom: Readonly<Record<string, unknown>> | undefined;
  /** Who moved the issue to the state it is in, if this event did. */
  mover?: Mover | undefined;
};

/**
 * Our own app, somebody else, or a move to another team. Teams have different states, so then nobody chose the state.
 */
export type Mover = 'us' | 'somebody' | 'team';

export const moverOf = (updatedFrom: IssueEvent['updatedFrom'], isOurs: boolean): Mover | undefined => {
  if (!updatedFrom || !('stateId' in updatedFrom)) return undefined;
  if ('teamId' in updatedFrom) return 'team';
  return isOurs ? 'us' : 'somebody';
};
