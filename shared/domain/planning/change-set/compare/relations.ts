import type { PlanInput, PlannedItem } from '../input.ts';
import type { LinearIssue } from '../linear-state.ts';
import type { ChangeWarning, Operation } from '../operation.ts';
import type { Blocker } from '../wanted/dependencies.ts';
import type { PlanTree } from '../wanted/tree.ts';
import type { Place, Places } from './places.ts';

type Context = {
  input: PlanInput;
  tree: PlanTree;
  places: Places;
  blockersOf: (item: PlannedItem) => readonly Blocker[];
  issues: ReadonlyMap<string, LinearIssue>;
};

/** The issues that stand for an item: its own, or, for a milestone or a label, those right below it. */
const issuesFor = (context: Context, item: PlannedItem): Place[] => {
  const place = context.places.get(item);
  if (place?.entity === 'issue') return [place];
  return context.tree.childrenOf(item).flatMap((child) => issuesFor(context, child));
};

/** By which issues each issue is to be blocked. */
const wantedBlockers = (context: Context): Map<Place, Set<string>> => {
  const wanted = new Map<Place, Set<string>>();
  for (const item of context.tree.wanted) {
    const blockers = context
      .blockersOf(item)
      .flatMap((blocker) =>
        'item' in blocker
          ? issuesFor(context, blocker.item).map(({ entityId }) => entityId)
          : [blocker.issueId],
      );
    if (blockers.length === 0) continue;
    for (const blocked of issuesFor(context, item)) {
      const all = wanted.get(blocked) ?? new Set();
      for (const blocker of blockers) if (blocker !== blocked.entityId) all.add(blocker);
      wanted.set(blocked, all);
    }
  }
  return wanted;
};

/** Makes Linear's relations those of the page. Relations that people made stay, and those that they removed as well. */
export const relationOperations = (
  context: Context,
): { operations: Operation[]; warnings: ChangeWarning[] } => {
  const { input, places, issues } = context;
  const wanted = wantedBlockers(context);
  const operations: Operation[] = [];
  const warnings: ChangeWarning[] = [];
  for (const place of places.values()) {
    if (place.entity !== 'issue') continue;
    const { item, entityId } = place;
    const { relations = {}, released = 0 } = item.bound ?? {};
    const standing = new Set(issues.get(entityId)?.blockers.map(({ issueId }) => issueId));
    const shared = { entity: 'relation', itemId: item.id, field: null, spares: [] } as const;
    for (const blockerId of wanted.get(place) ?? []) {
      if (standing.has(blockerId)) continue;
      if (relations[blockerId] !== undefined) {
        warnings.push({
          code: 'relation_removed_in_linear',
          level: 'note',
          itemId: item.id,
          detail: blockerId,
        });
        continue;
      }
      const id = input.idOf('relation', [entityId, blockerId, released]);
      operations.push({
        ...shared,
        action: 'create',
        entityId: id,
        page: { blocks: blockerId },
        before: null,
        send: { id, issueId: blockerId, relatedIssueId: entityId, type: 'blocks' },
        needs: [blockerId, entityId],
      });
    }
    for (const [blockerId, relationId] of Object.entries(relations)) {
      const stands = issues.get(entityId)?.blockers.some((blocker) => blocker.relationId === relationId);
      if (wanted.get(place)?.has(blockerId) || !stands) continue;
      operations.push({
        ...shared,
        action: 'delete',
        entityId: relationId,
        page: null,
        before: { blocks: blockerId },
        send: {},
        needs: [],
      });
    }
  }
  return { operations, warnings };
};
