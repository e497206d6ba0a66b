import { isListed } from '../../domain/features/feature.ts';
import { batchGet, type Db, getRow, type Item, type Page, type PageAfter, queryPage } from '../client.ts';
import { readable } from '../readable.ts';
import { openDescription } from './description.ts';
import { featureClaims } from './feature-claims.ts';
import { featureLooks } from './feature-looks.ts';
import { featureProjections } from './feature-projections.ts';
import { featureReports } from './feature-reports.ts';
import { type FeatureRow, featureRow, type ListedFeature } from './feature-row.ts';
import { featureWrites } from './feature-writes.ts';

/** Table `features`: one row for each Linear issue that ever qualified, for ever. Its writes are kept by owner. */
export const featuresTable = (db: Db, table: string) => {
  const writes = featureWrites(db, table);
  return {
    ...featureProjections(writes),
    ...featureReports(writes),
    ...featureClaims(writes),
    ...featureLooks(writes),

    async get(id: string): Promise<FeatureRow | undefined> {
      const row = await getRow(db, table, { id });
      return row && featureRow(row);
    },

    /** The text of a feature's issue, which may be stored compressed. */
    descriptionOf: (row: ListedFeature): string => openDescription(row.issue.description),

    /** The base rows, read consistently; in the order of `ids`, without those that do not stand or cannot be read. */
    async getMany(ids: readonly string[]): Promise<FeatureRow[]> {
      return readable(await batchGet(db, table, ids), featureRow);
    },

    /** One page of where a project's features lie, most urgent first: their ids, and to go on after each. */
    keysByProject(projectId: string, { limit, start }: PageAfter): Promise<Page<Item>> {
      return queryPage(db, {
        TableName: table,
        IndexName: 'by_project',
        KeyConditionExpression: 'projectId = :p',
        ExpressionAttributeValues: { ':p': projectId },
        Limit: limit,
        ExclusiveStartKey: start,
      });
    },

    /** One page of a project's features, most urgent first. */
    async listByProject(projectId: string, page: PageAfter): Promise<Page<ListedFeature>> {
      const { items, next } = await this.keysByProject(projectId, page);
      const rows = await this.getMany(items.map(({ id }) => id));
      return { items: rows.filter(isListed).filter((row) => row.projectId === projectId), next };
    },
  };
};

export type Features = ReturnType<typeof featuresTable>;
