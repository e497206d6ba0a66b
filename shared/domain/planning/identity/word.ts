import { similarity } from '../similarity.ts';
import { titleNorm } from '../text.ts';
import { ALIKE } from './entries.ts';
import type { Face } from './face.ts';

const isShared = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b;

/** Whether an item on the page is exactly the one that a person was shown. */
export const wears = (item: Face, shown: Face): boolean =>
  item.level === shown.level &&
  item.key === shown.key &&
  titleNorm(item.title) === titleNorm(shown.title) &&
  item.anchors.localId === shown.anchors.localId;

/** Whether an item on the page is still the one that a person called another item, although its title was edited. */
export const isStill = (item: Face, shown: Face): boolean =>
  wears(item, shown) ||
  ((isShared(item.anchors.localId, shown.anchors.localId) || isShared(item.anchors.key, shown.anchors.key)) &&
    similarity(item.title, shown.title) >= ALIKE);
