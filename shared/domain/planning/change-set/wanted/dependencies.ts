import type { PlannedItem } from '../input.ts';
import type { LinearIssue } from '../linear-state.ts';
import type { ChangeWarning } from '../operation.ts';
import { circlesOf } from './circles.ts';
import type { PlanTree } from './tree.ts';

/** What blocks an item: another one, or an issue of Linear. */
export type Blocker = { item: PlannedItem } | { issueId: string };

type Named = { blockers: Blocker[]; warnings: ChangeWarning[] };

const ITEM = 'item:';
const LINEAR = 'linear:';

/** What an item itself depends on, without what makes no sense, which is said. */
const ownBlockers = (
  tree: PlanTree,
  item: PlannedItem,
  issueOf: (identifier: string) => LinearIssue | undefined,
): Named => {
  const named: Named = { blockers: [], warnings: [] };
  const warn = (code: string, detail: string, level: ChangeWarning['level'] = 'error') =>
    named.warnings.push({ code, level, itemId: item.id, detail });
  const ancestors = tree.ancestorsOf(item);

  const add = (blocker: PlannedItem) => {
    if (blocker === item) warn('dependency_on_itself', item.title);
    else if (ancestors.includes(blocker)) warn('dependency_on_ancestor', blocker.title);
    else if (tree.ancestorsOf(blocker).includes(item)) warn('dependency_on_descendant', blocker.title);
    else if (!tree.isWanted(blocker)) warn('dependency_left_out', blocker.title, 'warning');
    else named.blockers.push({ item: blocker });
  };
  // Keys of Jira and texts that name nothing are among the warnings of the reading.
  for (const name of item.fields.dependsOn ?? []) {
    if (name.startsWith(ITEM)) {
      const blocker = tree.find(name.slice(ITEM.length));
      if (blocker) add(blocker);
    } else if (name.startsWith(LINEAR)) {
      const issue = issueOf(name.slice(LINEAR.length));
      if (issue) named.blockers.push({ issueId: issue.id });
      else warn('dependency_not_found', name.slice(LINEAR.length));
    }
  }
  return named;
};

const itemsOf = (blockers: readonly Blocker[]): PlannedItem[] =>
  blockers.flatMap((blocker) => ('item' in blocker ? [blocker.item] : []));

/**
 * Whether a dependency is part of a deadlock, by the deadlock: items that wait for each other for ever. An item can
 * begin once its parent can, and once what blocks it is done. It is done once everything below it is.
 */
const deadlocks = (
  tree: PlanTree,
  blockersOf: (item: PlannedItem) => readonly Blocker[],
): ((item: PlannedItem, blocker: Blocker) => boolean)[] => {
  const index = new Map(tree.wanted.map((item, at) => [item, at]));
  const begun = (item: PlannedItem) => 2 * (index.get(item) ?? 0);
  const done = (item: PlannedItem) => begun(item) + 1;
  const edges = tree.wanted.flatMap((item) => {
    const children = tree.childrenOf(item);
    return [
      [...tree.ancestorsOf(item).slice(0, 1).map(begun), ...itemsOf(blockersOf(item)).map(done)],
      children.length > 0 ? children.map(done) : [begun(item)],
    ];
  });
  return circlesOf(edges).map((circle) => {
    const nodes = new Set(circle);
    return (item, blocker) => 'item' in blocker && nodes.has(begun(item)) && nodes.has(done(blocker.item));
  });
};

/** What blocks each item, by what the page says. A dependency that is part of a deadlock is left out. */
export const dependenciesOf = (
  tree: PlanTree,
  issueOf: (identifier: string) => LinearIssue | undefined,
): { blockersOf: (item: PlannedItem) => readonly Blocker[]; warnings: readonly ChangeWarning[] } => {
  const own = new Map(tree.wanted.map((item) => [item, ownBlockers(tree, item, issueOf)]));
  const named = (item: PlannedItem) => own.get(item)?.blockers ?? [];
  const circles = deadlocks(tree, named);
  const warnings = circles.map((isPart): ChangeWarning => {
    const members = tree.wanted.filter((item) => named(item).some((blocker) => isPart(item, blocker)));
    const detail = members.map(({ title }) => title).join(', ');
    return { code: 'dependency_circle', level: 'error', itemId: members[0]?.id ?? null, detail };
  });
  return {
    blockersOf: (item) => named(item).filter((blocker) => !circles.some((isPart) => isPart(item, blocker))),
    warnings: [...[...own.values()].flatMap((of) => of.warnings), ...warnings],
  };
};
