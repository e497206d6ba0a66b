import type { Trigger } from '../mirror/trigger.ts';
import type { Settings } from './settings.ts';

/** What makes an issue of this workspace a feature. */
export const triggerOf = ({
  settings,
  triggerLabelIds,
}: {
  settings: Settings;
  triggerLabelIds: readonly string[];
}): Trigger => ({
  triggerLabel: settings.triggerLabel,
  triggerLabelIds,
});
