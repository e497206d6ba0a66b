import { isListed } from '../../domain/features/feature.ts';
import type { Db, Item } from '../client.ts';
import { openDescription } from '../description.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import { featureClaims } from './feature-claims.ts';
import { featureDependencies } from './feature-dependencies.ts';
import { featureDispatch } from './feature-dispatch.ts';
import { featureDue } from './feature-due.ts';
import { featureOutcomes } from './feature-outcomes.ts';
import { featureProjections } from './feature-projections.ts';
import { featureReports } from './feature-reports.ts';
import {
  type FeatureItem,
  type FeatureRow,
  type FeaturesTable,
  featureRow,
  type ListedFeature,
  where,
} from './feature-row.ts';
import { featureSettlements } from './feature-settlements.ts';

const openTable = (db: Db, name: string): FeaturesTable => tableOf<FeatureItem>()(db, name, tables.features);

const mirrored = (table: FeaturesTable) => ({
  ...featureProjections(table),

  /** The rows, read consistently, in the order of `ids`. Rows that do not exist or cannot be read are left out. */
  async getMany(ids: readonly string[]): Promise<FeatureRow[]> {
    return table.readable(await table.batchGet(ids.map((id) => ({ id }))), featureRow);
  },
});

/** The part of the table that mirrors Linear's issues. */
export const mirroredFeatures = (db: Db, name: string) => mirrored(openTable(db, name));

export type MirroredFeatures = ReturnType<typeof mirroredFeatures>;

/** Table `features`: one row for each Linear issue that ever qualified; none is deleted. Writes are split by owner. */
export const featuresTable = (db: Db, name: string) => {
  const table = openTable(db, name);
  const projections = mirrored(table);

  /** One page of a project's features, most urgent first: their ids and the key to continue from. */
  const keysByProject = (projectId: string, page: PageAfter): Promise<Page<Item>> =>
    table.query({ index: 'by_project', where: where.eq('projectId', projectId), ...page });

  return {
    ...projections,
    ...featureReports(table),
    ...featureClaims(table),
    ...featureSettlements(table),
    ...featureOutcomes(table),
    ...featureDispatch(table),
    ...featureDue(table),
    ...featureDependencies(table),

    async get(id: string): Promise<FeatureRow | undefined> {
      const row = await table.get({ id });
      return row && featureRow(row);
    },

    keysByProject,

    /** One page of a project's features, most urgent first. */
    async listByProject(projectId: string, page: PageAfter): Promise<Page<ListedFeature>> {
      const { items, next } = await keysByProject(projectId, page);
      const rows = await projections.getMany(items.map(({ id }) => id));
      return { items: rows.filter(isListed).filter((row) => row.projectId === projectId), next };
    },

    /** The description of a feature's issue, decompressed if needed. */
    descriptionOf: (row: ListedFeature): string => openDescription(row.issue.description),
  };
};

export type Features = ReturnType<typeof featuresTable>;
