import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Db, type Item, marshalled } from './client.ts';

/**
 * What a conditional write met: it was made (`old`: the row before, where that was asked for), or the row as it
 * stands instead (nothing where there is none).
 */
export type Written = { ok: true; old?: Item | undefined } | { ok: false; row?: Item };

/**
 * One UpdateItem in words. Keys of `set`, `init` and `remove` are attribute names, or `map.key` for an entry of
 * a map. In `when`, `#name` is an attribute and `:name` one of `values`.
 */
export type Change = {
  set?: Item;
  /** Set only where the attribute does not stand yet. */
  init?: Item;
  add?: Item;
  remove?: readonly string[];
  when?: string;
  /** What `#name` in `when` stands for, where it is no word. */
  names?: Readonly<Record<string, string>>;
  values?: Item;
  returnOld?: boolean;
};

/** Makes a change; a lost condition is an answer, with the row that refused it. */
export const update = async (db: Db, table: string, key: Item, change: Change): Promise<Written> => {
  try {
    const { Attributes } = await db.send(new UpdateItemCommand(updateInput(table, key, change)));
    return { ok: true, old: Attributes && unmarshall(Attributes) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item ? { ok: false, row: unmarshall(error.Item) } : { ok: false };
  }
};

/** Makes changes to several rows, or none of them. Answers whether each row was as its change wants it. */
export const updateTogether = async (
  db: Db,
  changes: readonly { table: string; key: Item; change: Change }[],
): Promise<boolean> => {
  const TransactItems = changes.map(({ table, key, change }) => {
    const {
      ReturnValues: _,
      ReturnValuesOnConditionCheckFailure: __,
      ...input
    } = updateInput(table, key, change);
    return { Update: { ...input, UpdateExpression: input.UpdateExpression ?? '' } };
  });
  try {
    await db.send(new TransactWriteItemsCommand({ TransactItems }));
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
    if (!codes.includes('ConditionalCheckFailed')) throw error;
    return false;
  }
};

const updateInput = (table: string, key: Item, change: Change): UpdateItemCommandInput => {
  const names: Record<string, string> = {};
  const values: Item = {};
  let number = 0;
  const name = (part: string): string => {
    const placeholder = `#n${number++}`;
    names[placeholder] = part;
    return placeholder;
  };
  const path = (attribute: string): string =>
    attribute.includes('.') ? attribute.split('.').map(name).join('.') : name(attribute);
  const value = (of: NativeAttributeValue): string => {
    const placeholder = `:v${number++}`;
    values[placeholder] = of;
    return placeholder;
  };
  const clauses: string[] = [];
  const clause = (verb: string, parts: string[]) => {
    if (parts.length > 0) clauses.push(`${verb} ${parts.join(', ')}`);
  };
  const each = (item: Item | undefined, say: (at: string, of: string) => string): string[] => {
    const said: string[] = [];
    for (const attribute in item)
      if (item[attribute] !== undefined) said.push(say(path(attribute), value(item[attribute])));
    return said;
  };

  const set = each(change.set, (at, of) => `${at} = ${of}`);
  set.push(...each(change.init, (at, of) => `${at} = if_not_exists(${at}, ${of})`));
  clause('SET', set);
  clause('REMOVE', (change.remove ?? []).map(path));
  clause(
    'ADD',
    each(change.add, (at, of) => `${at} ${of}`),
  );

  for (const [placeholder, attribute] of (change.when ?? '').matchAll(/#(\w+)/g))
    if (attribute) names[placeholder] = change.names?.[attribute] ?? attribute;
  for (const placeholder in change.values)
    if (change.values[placeholder] !== undefined) values[`:${placeholder}`] = change.values[placeholder];
  return {
    TableName: table,
    Key: marshalled(key),
    UpdateExpression: clauses.join(' '),
    ConditionExpression: change.when,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: Object.keys(values).length > 0 ? marshalled(values) : undefined,
    ReturnValues: change.returnOld ? 'ALL_OLD' : 'NONE',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
};

/** A DeleteItem whose lost condition is an answer: nothing. Otherwise the row as it was. */
export const deleteIf = async (
  db: Db,
  table: string,
  key: Item,
  { when, values }: { when: string; values: Item },
): Promise<Item | undefined> => {
  const names = Object.fromEntries(
    [...when.matchAll(/#(\w+)/g)].map(([placeholder, name]) => [placeholder, name]),
  );
  const bound = Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
  const command = new DeleteItemCommand({
    TableName: table,
    Key: marshalled(key),
    ConditionExpression: when,
    ExpressionAttributeNames: names as Record<string, string>,
    ExpressionAttributeValues: marshalled(bound),
    ReturnValues: 'ALL_OLD',
  });
  try {
    const { Attributes } = await db.send(command);
    return Attributes && unmarshall(Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};
