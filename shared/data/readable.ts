import { logger } from '../runtime/logger.ts';
import { count } from '../runtime/metrics.ts';
import type { Item } from './client.ts';

/**
 * Many rows, each read by itself: one that is not as written must not hold up the others of its batch, least of all
 * those of other workspaces. It is left out, as it is, and the operator is told.
 */
export const readable = <Row>(items: readonly Item[], read: (item: Item) => Row): Row[] =>
  items.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      count('RowUnreadable');
      logger.error('row', { outcome: 'unreadable', id: item.id, error: error as Error });
      return [];
    }
  });
