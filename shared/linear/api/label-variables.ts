import type { Trigger } from '../../domain/mirror/trigger.ts';

/** What an operation needs to find the trigger label. Linear compares characters, so both spellings of accents go out. */
export const labelVariables = ({ triggerLabel, triggerLabelIds }: Trigger) => ({
  label: triggerLabel.normalize('NFC'),
  decomposed: triggerLabel.normalize('NFD'),
  labelIds: triggerLabelIds,
});
