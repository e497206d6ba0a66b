import type { Trigger } from '../../domain/mirror/trigger.ts';

/** The variables that find the trigger label. Linear compares characters, so both spellings of accents are sent. */
export const labelVariables = ({ triggerLabel, triggerLabelIds }: Trigger) => ({
  label: triggerLabel.normalize('NFC'),
  decomposed: triggerLabel.normalize('NFD'),
  labelIds: triggerLabelIds,
});
