import { sameName } from '../name.ts';
import type { IssueSnapshot } from './issue.ts';

/** The trigger label: its name, and the ids of labels that have had that name, so that a rename is followed. */
export type Trigger = { triggerLabel: string; triggerLabelIds: readonly string[] };

export const isTrigger = (
  { id, name }: { id: string; name: string },
  { triggerLabel, triggerLabelIds }: Trigger,
): boolean => sameName(name, triggerLabel) || triggerLabelIds.includes(id);

export const carriesLabel = (issue: IssueSnapshot, trigger: Trigger): boolean =>
  issue.labels.some((label) => isTrigger(label, trigger));

/**
 * The trigger after a label changed, or `undefined` if the trigger stays as it was. A renamed trigger label still
 * counts by its id, and if it was the only one, the setting takes its new name.
 */
export const triggerAfter = (
  { triggerLabel, triggerLabelIds }: Trigger,
  label: { id: string; name: string; isRemoved: boolean },
): Trigger | undefined => {
  const isKnown = triggerLabelIds.includes(label.id);
  const isNamed = sameName(label.name, triggerLabel);
  const others = triggerLabelIds.filter((id) => id !== label.id);
  if (label.isRemoved) return isKnown ? { triggerLabel, triggerLabelIds: others } : undefined;
  if (isKnown === isNamed) return undefined;
  if (isNamed) return { triggerLabel, triggerLabelIds: [...triggerLabelIds, label.id] };
  return others.length === 0 ? { triggerLabel: label.name, triggerLabelIds } : undefined;
};
