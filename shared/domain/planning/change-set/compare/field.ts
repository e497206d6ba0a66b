import type { Bases } from '../input.ts';
import type { Field, Json } from '../operation.ts';
import { isSame } from './same.ts';

/** A field as page and Linear have it now. */
export type FieldValue = {
  field: Field;
  /** What the page says. Other items are named by their ids. */
  page: Json;
  /** The same as Linear would have it. Other entities are named by Linear's ids. */
  wanted: Json;
  linear: Json;
  /** What Linear has where nobody has set the field. */
  blank: Json;
  /** The part of the mutation's input that makes it so. */
  send: { readonly [key: string]: Json };
  /** It is set once. What Linear has then is Linear's. */
  once?: true;
};

/**
 * `same`: nothing to do. `send`: the page's value goes to Linear. `agree`: both sides came to the same value. `drift`:
 * Linear's value was changed there and stays. `differ`: both sides changed, or never agreed.
 */
export type Verdict = 'same' | 'send' | 'agree' | 'drift' | 'differ';

/** What becomes of a field. Each side has changed if it differs from its own base. */
export const verdictOf = (value: FieldValue, base: Bases[Field]): Verdict => {
  const { field, page, wanted, linear, blank, once } = value;
  const same = (one: Json, other: Json) => isSame(field, one, other);
  const agrees = same(wanted, linear);
  if (!base) {
    if (agrees) return 'same';
    if (same(linear, blank)) return 'send';
    return same(wanted, blank) ? 'drift' : 'differ';
  }
  const pageChanged = !same(page, base.page);
  const linearChanged = !same(linear, base.linear);
  if (!pageChanged) return linearChanged && !agrees ? 'drift' : 'same';
  if (agrees) return 'agree';
  if (once && !same(linear, blank)) return 'drift';
  // A description that Linear had before it was the page's must not be overwritten by it.
  if (field === 'description' && !same(base.page, base.linear)) return 'differ';
  return linearChanged ? 'differ' : 'send';
};
