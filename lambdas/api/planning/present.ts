import type { ItemRow } from '../../../shared/data/planning/item-row.ts';
import type { SessionRow } from '../../../shared/data/planning/session-row.ts';
import { hasWord } from '../../../shared/domain/planning/item.ts';
import type { ItemFields } from '../../../shared/domain/planning/plan.ts';
import type { TreeItem } from '../../../shared/domain/planning/plan-markdown.ts';
import { isDue } from '../../../shared/domain/schedule/due.ts';
import { fitting, shortened } from '../../../shared/fitting.ts';
import type { ItemNode, ItemSummary, PlanItemAnswer } from './item-schemas.ts';
import type { PlanningSession } from './session-schemas.ts';

/** A reading that is asked for and has not begun makes the session pending again. */
const statusNow = (row: SessionRow, now: number): PlanningSession['status'] =>
  row.status !== 'in_progress' && isDue(row, now) ? 'pending' : row.status;

export const presentSession = (row: SessionRow, now: number): PlanningSession => ({
  id: row.id,
  workspaceId: row.workspaceId,
  projectId: row.projectId,
  teamId: row.teamId,
  title: row.title ?? row.pageTitle,
  confluencePageId: row.pageId,
  confluencePageTitle: row.pageTitle,
  confluencePagePath: row.pageUrl,
  status: statusNow(row, now),
  progress: row.progress,
  reason: row.reason,
  // The due time has a random suffix.
  nextReadingAt: row.dueAt?.split('#')[0],
  readVersion: row.readVersion,
  readAt: row.readAt,
  outcome: row.found?.outcome,
  despiteVeto: row.despiteVeto ?? false,
  counts: row.found?.counts ?? {},
  createdBy: row.createdBy,
  endedAt: row.endedAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

type ReadItem = { row: ItemRow; fields: ItemFields };

export const presentItemSummary = ({ row, fields }: ReadItem): ItemSummary => ({
  id: row.id,
  level: row.level,
  enabler: row.enabler,
  key: row.key,
  title: row.title,
  parentId: row.parentId,
  state: row.state,
  matches: row.matches,
  why: row.why,
  ignored: row.word?.ignored || undefined,
  estimate: fields.estimate,
  priority: fields.priority,
  acceptance: {
    total: fields.acceptance?.length ?? 0,
    done: fields.acceptance?.filter(({ done }) => done).length ?? 0,
  },
  warnings: row.warnings.map(({ code }) => code),
});

/** An answer may have 6 MB, and a page's text nearly as much. */
const LONGEST_FIELD = 300_000;
const MOST_CRITERIA = { most: 5_000, bytes: 1_000_000 };

/** The fields without what is beyond these limits, and the names of those that are cut. */
const bounded = (fields: ItemFields) => {
  const kept = {
    ...Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [
        field,
        typeof value === 'string' ? shortened(value, LONGEST_FIELD) : value,
      ]),
    ),
    ...(fields.acceptance && { acceptance: fitting(fields.acceptance, MOST_CRITERIA) }),
  };
  const isCut = (field: string, value: unknown) =>
    field === 'acceptance'
      ? kept.acceptance?.length !== fields.acceptance?.length
      : value !== (kept as Record<string, unknown>)[field];
  const cut = Object.entries(fields).flatMap(([field, value]) => (isCut(field, value) ? [field] : []));
  return { fields: kept, ...(cut.length > 0 && { cut }) };
};

export const presentItem = ({ row, fields }: ReadItem): PlanItemAnswer => ({
  ...presentItemSummary({ row, fields }),
  sessionId: row.sessionId,
  ...bounded(fields),
  anchors: row.anchors,
  quote: row.quote,
  warnings: row.warnings,
  decision:
    row.wordBy && hasWord(row.word)
      ? { ...row.word, by: row.wordBy, at: row.wordAt ?? row.updatedAt }
      : undefined,
  firstVersion: row.pageVersion,
  missingSince: row.missingSince,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

/** An item for the tree that people read. */
export const asTreeItem = ({ row, fields }: ReadItem): TreeItem => ({
  id: row.id,
  parentId: row.parentId,
  level: row.level,
  enabler: row.enabler,
  key: row.key,
  title: row.title,
  estimate: fields.estimate,
  priority: fields.priority,
  acceptance: fields.acceptance,
  state: row.word?.ignored ? 'ignored' : row.state,
  warnings: row.warnings.map(({ code }) => code),
});

/**
 * Items within their parents, each in the order of the list. One whose parent is not in the list, or is below the item
 * itself because a reading is half stored, is at the top.
 */
export const treeOf = (items: readonly ItemSummary[]): ItemNode[] => {
  const nodes = new Map(items.map((item) => [item.id, { ...item, children: [] as ItemNode[] }]));
  const parentOf = ({ parentId = '' }: ItemSummary) => nodes.get(parentId);
  const isBelowItself = (item: ItemSummary): boolean => {
    const above = new Set<string>();
    for (let up = parentOf(item); up && !above.has(up.id); up = parentOf(up)) above.add(up.id);
    return above.has(item.id);
  };
  const top: ItemNode[] = [];
  for (const node of nodes.values()) {
    const parent = isBelowItself(node) ? undefined : parentOf(node);
    (parent?.children ?? top).push(node);
  }
  return top;
};
