import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Db } from './client.ts';
import type { Deletion, Put, Update } from './table.ts';

/** One change in a transaction. */
export type Step = { Update: Update } | { Put: Put } | { Delete: Deletion };

/** A transaction may have this many steps. */
export const MOST_STEPS = 100;

/** How often a transaction is sent. One that collides with others every time counts as an outage. */
const MOST_TRIES = 7;

/**
 * Makes all changes or none, up to 100. Answers `done`, or the indexes of the steps whose conditions failed. A
 * transaction that collides with another one is sent again.
 */
export const transact = async (
  { client }: Db,
  steps: readonly Step[],
): Promise<'done' | { refused: number[] }> => {
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: [...steps] }));
      return 'done';
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
      const refused = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
      if (refused.length > 0) return { refused };
      if (tries === MOST_TRIES || !codes.includes('TransactionConflict')) throw error;
      await sleep(Math.random() * 50 * 2 ** tries);
    }
  }
};
