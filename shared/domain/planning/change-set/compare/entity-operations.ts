import type { Bases } from '../input.ts';
import type { ChangeWarning, Json, Operation } from '../operation.ts';
import { type FieldValue, verdictOf } from './field.ts';
import type { Place } from './places.ts';

type Compared = { operations: Operation[]; warnings: ChangeWarning[] };

/** The values of all fields, by field. */
const byField = (fields: readonly FieldValue[], of: (value: FieldValue) => Json): { [field: string]: Json } =>
  Object.fromEntries(fields.map((value) => [value.field, of(value)]));

const isReference = ({ field }: FieldValue): boolean => field === 'parent' || field === 'milestone';

/** The ids of other entities that a value names. */
const needsOf = (value: FieldValue): string[] =>
  isReference(value) && typeof value.wanted === 'string' ? [value.wanted] : [];

const labelsIn = ({ field, wanted }: FieldValue): readonly string[] =>
  field === 'labels' ? (wanted as string[]) : [];

/** Creates the entity of an item with all that the page says. */
export const creation = (
  { item, entity, entityId }: Place,
  fields: readonly FieldValue[],
  fixed: { readonly [key: string]: Json },
): Operation => {
  const filled = fields.filter(({ wanted, blank }) => wanted !== blank);
  const labelIds = filled.flatMap(labelsIn);
  const sent = filled.filter(({ field }) => field !== 'labels').map(({ send }) => send);
  return {
    action: 'create',
    entity,
    entityId,
    itemId: item.id,
    field: null,
    page: byField(fields, ({ page }) => page),
    before: null,
    send: { id: entityId, ...fixed, ...Object.assign({}, ...sent), ...(labelIds.length > 0 && { labelIds }) },
    needs: filled.flatMap(needsOf),
    spares: labelIds,
  };
};

const remarks = {
  drift: ['changed_in_linear', 'note'],
  differ: ['changed_on_both_sides', 'warning'],
  apart: ['differs_in_linear', 'warning'],
} as const;

/** Binds an entity that stands in Linear to an item, or changes the fields in which page and Linear differ. */
export const comparison = (
  { item, entity, entityId, is }: Place,
  fields: readonly FieldValue[],
  bases: Bases,
): Compared => {
  const compared: Compared = { operations: [], warnings: [] };
  const shared = { entity, entityId, itemId: item.id };
  const remark = (kind: keyof typeof remarks, { field }: FieldValue) => {
    const [code, level] = remarks[kind];
    compared.warnings.push({ code, level, itemId: item.id, detail: field });
  };
  if (is === 'found')
    compared.operations.push({
      ...shared,
      action: 'adopt',
      field: null,
      page: byField(fields, ({ page }) => page),
      before: byField(fields, ({ linear }) => linear),
      send: {},
      needs: [],
      spares: [],
    });
  for (const value of fields) {
    const { field, page, linear, send } = value;
    const verdict = verdictOf(value, bases[field]);
    if (verdict === 'drift') remark('drift', value);
    else if (verdict === 'differ') remark(bases[field] ? 'differ' : 'apart', value);
    else if (verdict === 'agree' || (verdict === 'same' && is === 'bound' && !bases[field]))
      compared.operations.push({
        ...shared,
        action: 'adopt',
        field,
        page,
        before: linear,
        send: {},
        needs: [],
        spares: [],
      });
    else if (verdict === 'send')
      compared.operations.push({
        ...shared,
        action: 'update',
        field,
        page,
        before: linear,
        send,
        needs: needsOf(value),
        spares: labelsIn(value),
      });
  }
  return compared;
};
