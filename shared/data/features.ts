import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isListed } from '../domain/feature.ts';
import { batchGet, type Db, type Item, queryPage } from './client.ts';
import { openDescription } from './description.ts';
import { featureClaims } from './feature-claims.ts';
import { featureLooks } from './feature-looks.ts';
import { featureProjections } from './feature-projections.ts';
import { featureReports } from './feature-reports.ts';
import { type FeatureRow, featureRow, type ListedFeature } from './feature-row.ts';
import { featureWrites } from './feature-writes.ts';
import { readable } from './readable.ts';

/** Table `features`: one row for each Linear issue that ever qualified, for ever. Its writes are kept by owner. */
export const featuresTable = (db: Db, table: string) => {
  const writes = featureWrites(db, table);
  return {
    ...featureProjections(writes),
    ...featureReports(writes),
    ...featureClaims(writes),
    ...featureLooks(writes),

    async get(id: string): Promise<FeatureRow | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      return Item && featureRow(Item);
    },

    /** The text of a feature's issue, which may be stored compressed. */
    descriptionOf: (row: ListedFeature): string => openDescription(row.issue.description),

    /** The base rows, read consistently; in no order, without those that do not stand or cannot be read. */
    async getMany(ids: readonly string[]): Promise<FeatureRow[]> {
      const rows = await batchGet(
        db,
        table,
        ids.map((id) => ({ id })),
      );
      return readable(rows, featureRow);
    },

    /** One page of the ids of a project's features, most urgent first, and where it goes on. */
    async keysByProject(
      projectId: string,
      { limit, start }: { limit: number; start?: Item | undefined },
    ): Promise<{ keys: Item[]; next?: Item | undefined }> {
      const { items, next } = await queryPage(db, {
        TableName: table,
        IndexName: 'by_project',
        KeyConditionExpression: 'projectId = :p',
        ExpressionAttributeValues: { ':p': projectId },
        Limit: limit,
        ExclusiveStartKey: start,
      });
      return { keys: items, next };
    },

    /** One page of a project's features, most urgent first. */
    async listByProject(
      projectId: string,
      page: { limit: number; start?: Item | undefined },
    ): Promise<{ items: ListedFeature[]; next?: Item | undefined }> {
      const { keys, next } = await this.keysByProject(projectId, page);
      const ids = keys.map(({ id }) => String(id));
      const byId = new Map((await this.getMany(ids)).map((row) => [row.id, row]));
      const listed = ids.flatMap((id) => byId.get(id) ?? []);
      return { items: listed.filter(isListed).filter((row) => row.projectId === projectId), next };
    },
  };
};

export type Features = ReturnType<typeof featuresTable>;
