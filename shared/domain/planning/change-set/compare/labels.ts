import type { PlanInput } from '../input.ts';
import type { LinearLabel } from '../linear-state.ts';
import type { ChangeWarning, Operation } from '../operation.ts';
import { type LabelName, labelKey, labelText } from '../wanted/labels.ts';

/** The labels of a plan. Those that cannot be had have no id, and issues are made without them. */
export type Labels = {
  idOf: (name: LabelName) => string | undefined;
  operations: readonly Operation[];
  warnings: readonly ChangeWarning[];
};

/** Finds each label in Linear, or plans to create it for the team. Names are compared without regard to case. */
export const resolvedLabels = (input: PlanInput, names: readonly LabelName[]): Labels => {
  const { state, removedLabels, idOf } = input;
  const { team } = state;
  const known = Map.groupBy(
    state.labels.filter(({ teamId }) => teamId === null || teamId === team.id),
    ({ name }) => labelKey(name),
  );
  const operations: Operation[] = [];
  const warnings: ChangeWarning[] = [];
  const unavailable = (code: string, detail: string): undefined => {
    warnings.push({ code, level: 'warning', itemId: null, detail });
  };

  const create = (name: string, of: { isGroup?: true; parentId?: string } = {}): string => {
    const id = idOf('label', [team.id, of.parentId ?? '', labelKey(name), removedLabels]);
    // A label belongs to the team of its group, or like it to none.
    const group = state.labels.find((label) => label.id === of.parentId);
    const teamId = group ? group.teamId : team.id;
    operations.push({
      action: 'create',
      entity: 'label',
      entityId: id,
      itemId: null,
      field: null,
      page: { title: name },
      before: null,
      send: { id, name, ...(teamId !== null && { teamId }), ...of },
      needs: of.parentId === undefined ? [] : [of.parentId],
      spares: [],
    });
    return id;
  };

  const groups = new Map<string, string | undefined>();
  const groupOf = (name: string): string | undefined => {
    const [label] = known.get(labelKey(name)) ?? [];
    if (!label) return create(name, { isGroup: true });
    return label.isGroup ? label.id : unavailable('label_not_a_group', name);
  };
  const onceOf = (name: string): string | undefined => {
    const key = labelKey(name);
    if (!groups.has(key)) groups.set(key, groupOf(name));
    return groups.get(key);
  };

  const find = (name: LabelName): string | undefined => {
    const groupId = name.group === null ? null : onceOf(name.group);
    if (groupId === undefined) return undefined;
    const namesakes: readonly LinearLabel[] = known.get(labelKey(name.name)) ?? [];
    const exact = namesakes.find((label) => label.groupId === groupId && !label.isGroup);
    if (exact) return exact.id;
    // Linear takes a name once, so that a label outside its group cannot be created within it.
    const [other] = namesakes;
    if (!other) return create(name.name, groupId === null ? {} : { parentId: groupId });
    if (other.isGroup) return unavailable('label_is_a_group', labelText(name));
    unavailable('label_outside_group', labelText(name));
    return other.id;
  };

  const ids = new Map<string, string | undefined>();
  const keyOf = (name: LabelName) => labelKey(labelText(name));
  for (const name of names) if (!ids.has(keyOf(name))) ids.set(keyOf(name), find(name));
  return { idOf: (name) => ids.get(keyOf(name)), operations, warnings };
};
