import type { ItemState } from '../item.ts';
import type { EnablerType, ItemFields, Level } from '../plan.ts';
import type { LinearState } from './linear-state.ts';
import type { Entity, Field, Json } from './operation.ts';

/**
 * For each field the two values that agree: the page's that we last acted on, and what Linear then held. Both come from
 * the answer of our own write or from a read, never from a later one.
 */
export type Bases = { readonly [F in Field]?: { page: Json; linear: Json } };

/** What an item is in Linear. */
export type Bound = {
  entity: 'milestone' | 'issue';
  entityId: string;
  bases: Bases;
  /** The relations of ours by which this item's issue is blocked: their ids, by the id of the blocking issue. */
  relations: { readonly [blockerId: string]: string };
  /** The link to the page that its issue got from us. A person who removed it is obeyed. */
  link?: string | undefined;
  /** Counts the relations of ours that were taken off, because Linear does not take an id twice. */
  released: number;
};

/** An item of a session, as far as it becomes something in Linear. */
export type PlannedItem = {
  id: string;
  level: Level;
  enabler?: EnablerType | undefined;
  parentId?: string | undefined;
  title: string;
  /** The order of the page. */
  place: string;
  fields: ItemFields;
  /** A Linear identifier by which the page names the item. */
  linear?: string | undefined;
  state: ItemState;
  /** The item that a proposed one may be. */
  matches?: string | undefined;
  isIgnored: boolean;
  /** Its entity was undone: only a person proposes it again. */
  isUndone: boolean;
  bound?: Bound | undefined;
  /** What a person said: that it becomes something new, or that it is this entity. */
  chosen?: 'new' | { entityId: string } | undefined;
  /** Counts the entities that were made for it. Each has an id of its own. */
  generation: number;
};

export type PlanSettings = {
  epicAs: 'milestone' | 'issue';
};

export type PlanInput = {
  sessionId: string;
  items: readonly PlannedItem[];
  settings: PlanSettings;
  state: LinearState;
  /** The items of all sessions of the workspace by the entities that they are bound to. */
  boundTo: ReadonlyMap<string, string>;
  /** Counts the labels of this session that were removed, because Linear does not take an id twice. */
  removedLabels: number;
  /** The address of an item on its page. */
  linkOf: (itemId: string) => string;
  /** The id of a new entity. The same parts always have the same id, and nobody else can know it. */
  idOf: (entity: Entity, parts: readonly (string | number)[]) => string;
};
