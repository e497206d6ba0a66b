import * as z from 'zod/mini';
import { parseRow } from '../../parse.ts';
import type { Db } from '../client.ts';
import { and, conditions } from '../condition.ts';
import { type Stored, text } from '../fields.ts';
import { iso } from '../schedule/due.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import { tables } from '../tables.ts';

const DependencyRow = z.object({
  workspaceId: text,
  /** The blocking issue and the feature that it blocks. */
  id: text,
  /** When a read last showed it anew. */
  readAt: text,
});
type DependencyItem = Stored<typeof DependencyRow>;

const where = conditions<DependencyItem>();

/** That an issue blocks a feature. */
export type Dependency = { workspaceId: string; blockerId: string; featureId: string };

/** Linear's ids contain no `#`. The last sign is greater than those of any id. */
const prefix = (blockerId: string): string => `${blockerId}#`;
const keyOf = ({ workspaceId, blockerId, featureId }: Dependency) => ({
  workspaceId,
  id: prefix(blockerId) + featureId,
});

const dependency = (item: unknown): Dependency & { readAt: string } => {
  const { workspaceId, id, readAt } = parseRow(DependencyRow, item, 'dependencies');
  const [blockerId = '', featureId = ''] = id.split('#');
  return { workspaceId, blockerId, featureId, readAt };
};

/**
 * Table `dependencies`: one row for each issue that blocks a feature, open or not, by the blocking issue, so that those
 * that depend on it are found without a scan. A row too many makes a feature be looked at in vain; one too few would
 * leave it blocked, so a row is written before its feature shows it, and deleted after. Times are epoch milliseconds.
 */
export const dependenciesTable = (db: Db, name: string) => {
  const table = tableOf<DependencyItem>()(db, name, tables.dependencies);

  const page = async (of: Parameters<typeof table.query>[0]) => {
    const { items, next } = await table.query(of);
    return { items: items.map(dependency), next };
  };

  const dependsOn = ({ workspaceId, blockerId }: { workspaceId: string; blockerId: string }) =>
    and(
      where.eq('workspaceId', workspaceId),
      where.between('id', prefix(blockerId), `${prefix(blockerId)}~`),
    );

  return {
    async put(of: Dependency, now: number): Promise<void> {
      await table.put({ ...keyOf(of), readAt: iso(now) });
    },

    /** Deletes a row, unless a read has shown it since `readAt` (epoch ms). */
    async forget(of: Dependency, readAt: number): Promise<void> {
      await table.delete(keyOf(of), where.lt('readAt', iso(readAt)));
    },

    /** One page of the features that depend on an issue, read consistently. */
    dependents(
      of: { workspaceId: string; blockerId: string },
      { limit, start }: PageAfter,
    ): Promise<Page<ReturnType<typeof dependency>>> {
      return page({ where: dependsOn(of), limit, start, consistent: true });
    },

    /** One page of all dependencies of a workspace. */
    ofWorkspace(
      workspaceId: string,
      { limit, start }: PageAfter,
    ): Promise<Page<ReturnType<typeof dependency>>> {
      return page({ where: where.eq('workspaceId', workspaceId), limit, start, consistent: true });
    },
  };
};

export type Dependencies = ReturnType<typeof dependenciesTable>;
