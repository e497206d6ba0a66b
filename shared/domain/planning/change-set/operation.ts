/** What a change set does, operation by operation. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The ids in the value of a field that has several, such as labels. */
export const idsIn = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];

/** What exists in Linear for an item, or between two. */
export type Entity = 'label' | 'milestone' | 'issue' | 'relation' | 'attachment';

/** What page and Linear can both say of an entity. Each field is compared, changed and undone by itself. */
export type Field =
  | 'title'
  | 'description'
  | 'estimate'
  | 'priority'
  | 'labels'
  | 'parent'
  | 'milestone'
  | 'cycle'
  | 'target'
  | 'state';

/**
 * `create` and `delete` an entity, `update` one field of one. `adopt` binds an entity that stands in Linear to an item,
 * or takes a value that both sides have as agreed; `release` ends a binding. Neither sends anything.
 */
export type Action = 'create' | 'update' | 'delete' | 'adopt' | 'release';

/** One change of one entity in Linear, exactly as it is shown and then made. */
export type Operation = {
  action: Action;
  entity: Entity;
  /** Linear's id. That of a new entity is ours: derived, so that it can be created only once. */
  entityId: string;
  /** The item that the entity stands for; a relation has the blocked one. A label may stand for none. */
  itemId: string | null;
  /** Of an update. */
  field: Field | null;
  /** What the page says, in the form in which it is compared. For a new issue, by field. */
  page: Json;
  /** What Linear says now. */
  before: Json;
  /** The input of the mutation. Empty for an adoption. */
  send: { readonly [key: string]: Json };
  /** The entities that have to be in Linear first; of a deletion, those that have to be gone. */
  needs: readonly string[];
  /** The labels that are left out of `send` if they cannot be created. */
  spares: readonly string[];
};

/** An operation that was made. `after`: what Linear answered, in the form of `before`; of an issue, by field. */
export type DoneOperation = Operation & { after: Json };

/** An operation with its place in the order in which operations are made, counted from 1, and its hash. */
export type PlannedOperation = Operation & { n: number; hash: string };

/** A remark about a change set. What has the level `error` must be acknowledged before the change set is applied. */
export type ChangeWarning = {
  code: string;
  level: 'error' | 'warning' | 'note';
  itemId: string | null;
  /** What it is about, in a few words, such as the estimate that is not on the scale. */
  detail?: string;
};
