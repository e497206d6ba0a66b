import { fold } from '../../text.ts';
import type { PlannedItem } from '../input.ts';
import type { PlanTree } from './tree.ts';

/** A label by its name. A group has one label at most on an issue. */
export type LabelName = { group: string | null; name: string };

/** Linear's limit is longer; a longer name is cut, because a label has to fit on a card. */
const LONGEST_NAME = 80;

const named = (name: string, group: string | null = null): LabelName => ({
  group,
  name: name.trim().slice(0, LONGEST_NAME).toWellFormed().trim(),
});

/** How a label is shown and compared: `PI/PI 3`, `safe:story`. */
export const labelText = ({ group, name }: LabelName): string => (group === null ? name : `${group}/${name}`);

/** Linear compares names of labels without regard to case. */
export const labelKey = (name: string): string => fold(name);

/** The labels of an item's issue: its level, its type, its capability and its program increment. */
export const labelsOf = (tree: PlanTree, item: PlannedItem): LabelName[] => {
  const { level, enabler, fields } = item;
  const capability = tree.ancestorsOf(item).find((ancestor) => ancestor.level === 'capability');
  return [
    named(`safe:${level}`),
    ...(enabler === undefined ? [] : [named(`enabler:${enabler}`)]),
    ...(capability ? [named(capability.title, 'Capability')] : []),
    ...(fields.pi === undefined ? [] : [named(fields.pi, 'PI')]),
  ];
};
