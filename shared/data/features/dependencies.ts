import * as z from 'zod/mini';
import { parseRow } from '../../parse.ts';
import type { Db } from '../client.ts';
import { and, conditions } from '../condition.ts';
import { maybeText, number, type Stored, text } from '../fields.ts';
import { iso } from '../schedule/due.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import * as tables from '../tables.ts';

const DependencyRow = z.object({
  workspaceId: text,
  /** The blocking issue and the feature that it blocks. */
  id: text,
  /** When a read last showed it anew. */
  readAt: text,
  /** When a read no longer showed it. */
  droppedAt: maybeText,
  expiresAtSeconds: z.optional(number),
});
type DependencyItem = Stored<typeof DependencyRow>;

const where = conditions<DependencyItem>();

/** How long a row is kept that a read no longer showed. */
const DROPPED_MS = 90 * 24 * 3_600_000;

/** That an issue blocks a feature. */
export type Dependency = { workspaceId: string; blockerId: string; featureId: string };

/** Linear's ids contain no `#`. The last sign is greater than those of any id. */
const prefix = (blockerId: string): string => `${blockerId}#`;
const keyOf = ({ workspaceId, blockerId, featureId }: Dependency) => ({
  workspaceId,
  id: prefix(blockerId) + featureId,
});

type Known = Dependency & { isDropped: boolean };

const dependency = (item: unknown): Known => {
  const { workspaceId, id, droppedAt } = parseRow(DependencyRow, item, 'dependencies');
  const [blockerId = '', featureId = ''] = id.split('#');
  return { workspaceId, blockerId, featureId, isDropped: droppedAt !== undefined };
};

/**
 * Table `dependencies`: one row for each issue that blocks a feature, open or not, by the blocking issue, so that those
 * that depend on it are found without a scan. A row too many makes a feature be looked at in vain; one too few would
 * leave it blocked, so a row is written before its feature shows it, and dropped after. Times are epoch milliseconds.
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

    /**
     * Notes that a read which began at `readAt` no longer showed it, unless a later one has. The row stays for a while:
     * if the app only lost sight of the blocking issue, the issue may come back.
     */
    async drop(of: Dependency, readAt: number): Promise<void> {
      await table.update(keyOf(of), {
        set: { droppedAt: iso(readAt), expiresAtSeconds: Math.floor((readAt + DROPPED_MS) / 1_000) },
        when: where.lt('readAt', iso(readAt)),
      });
    },

    /** Deletes a row, unless a read has shown it since `readAt`. */
    async forget(of: Dependency, readAt: number): Promise<void> {
      await table.delete(keyOf(of), where.lt('readAt', iso(readAt)));
    },

    /** One page of the features that depend on an issue, or did lately, read consistently. */
    dependents(
      of: { workspaceId: string; blockerId: string },
      { limit, start }: PageAfter,
    ): Promise<Page<Known>> {
      return page({ where: dependsOn(of), limit, start, consistent: true });
    },

    /** How many features depend on an issue, at most `most`. */
    async count(of: { workspaceId: string; blockerId: string }, most: number): Promise<number> {
      const { items } = await table.query({
        where: dependsOn(of),
        filter: where.notExists('droppedAt'),
        limit: most,
        consistent: true,
      });
      return items.length;
    },

    /** One page of all dependencies of a workspace. */
    ofWorkspace(workspaceId: string, { limit, start }: PageAfter): Promise<Page<Known>> {
      return page({ where: where.eq('workspaceId', workspaceId), limit, start, consistent: true });
    },
  };
};

export type Dependencies = ReturnType<typeof dependenciesTable>;
