import type { UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { TestTables } from '../../testing/tables.ts';

const WRITES = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand']);

/** What some writes cost in write units, and the indexes that they entered or left, in order. */
export type Bill = { units: number; indexes: string[] };

/** Has the engine say what it bills (`ReturnConsumedCapacity`). Answers a function that adds up what writes cost. */
export const billing = ({ db }: TestTables) => {
  const nothing = (): Bill => ({ units: 0, indexes: [] });
  let bill = nothing();
  db.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (!WRITES.has(commandName)) return next(args);
        Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
        const answer = await next(args);
        const { ConsumedCapacity } = answer.output as UpdateItemCommandOutput;
        const { CapacityUnits = 0, GlobalSecondaryIndexes = {} } = ConsumedCapacity ?? {};
        bill.units += CapacityUnits;
        bill.indexes.push(...Object.keys(GlobalSecondaryIndexes).sort());
        return answer;
      },
    { step: 'initialize' },
  );
  return async (writes: () => Promise<unknown>): Promise<Bill> => {
    bill = nothing();
    await writes();
    const billed = bill;
    bill = nothing();
    return billed;
  };
};
