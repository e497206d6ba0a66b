import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Db, type Item, queryPage } from './client.ts';

/** Table `memberships`: who sees which workspace. `sub` is the subject of a token, a person or a machine. */
export const membershipsTable = (db: Db, table: string) => ({
  async isMember(sub: string, workspaceId: string): Promise<boolean> {
    const { Item } = await db.send(
      new GetCommand({ TableName: table, Key: { sub, workspaceId }, ConsistentRead: true }),
    );
    return Item !== undefined;
  },

  async add(sub: string, workspaceId: string, role: 'owner' | 'member'): Promise<void> {
    await db.send(new PutCommand({ TableName: table, Item: { sub, workspaceId, role } }));
  },

  /** One page of the ids of a subject's workspaces. */
  async listBySub(
    sub: string,
    { limit, start }: { limit: number; start?: Item | undefined },
  ): Promise<{ items: string[]; next?: Item | undefined }> {
    const { items, next } = await queryPage(db, {
      TableName: table,
      KeyConditionExpression: '#sub = :s',
      ExpressionAttributeNames: { '#sub': 'sub' },
      ExpressionAttributeValues: { ':s': sub },
      Limit: limit,
      ExclusiveStartKey: start,
      ConsistentRead: true,
    });
    return { items: items.map(({ workspaceId }) => String(workspaceId)), next };
  },
});

export type Memberships = ReturnType<typeof membershipsTable>;
