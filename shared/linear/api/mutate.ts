import { LinearError } from '../errors.ts';
import { batchMutation, indexOfAlias, type Mutation, undoneOf } from './mutations.ts';
import type { Session } from './session.ts';

/**
 * The result of a list of mutations. If one is refused or taken, those before it are done and those after it were not
 * tried.
 */
type Mutated =
  | { is: 'done' }
  /** Linear answered `success: false` for these, or nothing, and gave no reason. The others are done. */
  | { is: 'undone'; at: readonly number[] }
  /** A comment with this id already exists, whoever wrote it. */
  | { is: 'taken'; at: number }
  /** Refused for good. With -1 the whole request was refused: nothing is done, and no mutation is named. */
  | { is: 'refused'; at: number; why: string };

export const mutateApi = ({ execute }: Session) => ({
  /** Runs the mutations one after another, in one request. Linear stops at the first one that it refuses. */
  async mutate(mutations: readonly Mutation[]): Promise<Mutated> {
    const { operation, variables } = batchMutation(mutations);
    try {
      const undone = undoneOf(mutations, await execute(operation, variables));
      return undone.length > 0 ? { is: 'undone', at: undone } : { is: 'done' };
    } catch (error) {
      if (!(error instanceof LinearError) || error.failure.is !== 'refused') throw error;
      const { path, message } = error.failure;
      const at = indexOfAlias(path);
      // A request that was refused as a whole did nothing. The caller finds the culprit by sending the mutations one
      // by one.
      if (at < 0 && mutations.length > 1) return { is: 'refused', at: -1, why: message };
      const index = Math.max(at, 0);
      return isTaken(mutations[index], message)
        ? { is: 'taken', at: index }
        : { is: 'refused', at: index, why: message };
    }
  },
});

const isTaken = (mutation: Mutation | undefined, message: string): boolean =>
  mutation?.kind === 'commentCreate' && /conflict on insert|already exists/i.test(message);
