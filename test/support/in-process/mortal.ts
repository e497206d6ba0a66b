import type { Db } from '../../../shared/data/client.ts';
import type { ConnectedWorkspace } from './workspace.ts';

class Death extends Error {
  constructor() {
    super('The process died.');
  }
}

/**
 * Lets a process of a workspace die: from its `nth` step on (0 is the first), be it a write to DynamoDB or a request to
 * Linear, everything that it tries fails. The tables' client is shared, so nothing else may run meanwhile.
 */
export const mortal = (workspace: ConnectedWorkspace) => {
  let left = Number.POSITIVE_INFINITY;
  const step = (): void => {
    if (left-- <= 0) throw new Death();
  };
  /** Dying at a read is dying before the next step, unless it is dead already. */
  const read = (): void => {
    if (left < 0) throw new Death();
  };
  const { client }: Db = workspace.parts.db;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        if (/^(Get|BatchGet|Query)/.test(commandName)) read();
        else step();
        return next(args);
      },
    { step: 'initialize', name: 'mortal', override: true },
  );

  /** Whether it lived to the end. */
  return async (nth: number, act: () => Promise<unknown>): Promise<boolean> => {
    left = nth;
    try {
      await workspace.requestsOf(act, step);
      return left >= 0;
    } catch (error) {
      if (left >= 0) throw error;
      return false;
    } finally {
      left = Number.POSITIVE_INFINITY;
    }
  };
};
