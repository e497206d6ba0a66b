import { type Db, dynamo } from '../data/client.ts';
import { logger } from '../runtime/logger.ts';
import { count } from '../runtime/metrics.ts';

/** A row that cannot be read is left out of what is served, logged and counted (alarm `UnreadableRows`). */
export const onUnreadable: Db['onUnreadable'] = ({ id, error }) => {
  count('RowUnreadable');
  logger.error('row', { outcome: 'unreadable', id, error });
};

/** The database of one function, made once at its cold start. */
export const database = (): Db => dynamo({ onUnreadable });
