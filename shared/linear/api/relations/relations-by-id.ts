import { batched } from '../../../batched.ts';
import { inParallel } from '../../../in-parallel.ts';
import { aliasOf, indexOfAlias } from '../mutations.ts';
import { unlessRefused } from '../refused.ts';
import type { Session } from '../session.ts';
import { relationsById } from './relation-operations.ts';

const AT_ONCE = 25;
const CONCURRENCY = 4;
/** Each relation that Linear refuses takes a request. After this many, the others that are left count as refused. */
const MOST_REFUSALS = 250;

/** Fields of relations, by id, unparsed. Those that Linear refuses, because the app cannot see them, are absent. */
export const readRelations = async (
  { execute }: Session,
  relationIds: readonly string[],
  fields: string,
): Promise<ReadonlyMap<string, unknown>> => {
  const found = new Map<string, unknown>();
  let refusals = 0;
  const readSome = (ids: readonly string[]): Promise<void> =>
    unlessRefused(
      async () => {
        if (ids.length === 0 || refusals >= MOST_REFUSALS) return;
        const { operation, variables } = relationsById(ids, fields);
        const answers = await execute(operation, variables);
        for (const [index, id] of ids.entries()) found.set(id, answers[aliasOf(index)]);
      },
      async ({ path }) => {
        refusals++;
        const at = ids.length > 1 ? indexOfAlias(path) : 0;
        if (ids[at] !== undefined) return readSome(ids.toSpliced(at, 1));
        const middle = ids.length >> 1;
        await readSome(ids.slice(0, middle));
        await readSome(ids.slice(middle));
      },
    );
  await inParallel(batched(relationIds, { size: AT_ONCE }), readSome, CONCURRENCY);
  return found;
};
