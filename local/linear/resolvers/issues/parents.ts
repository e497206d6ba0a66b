import { refused } from '../../graphql/errors.ts';
import type { Issue } from '../../store/model.ts';
import { requireUntrashed } from '../input.ts';
import type { Transaction } from '../transaction.ts';

/** "Up to 10 levels deep", by the schema's description of an issue. */
const MOST_LEVELS = 10;

/** Checks that an issue can become a sub-issue of another. `issue` is null for one that is being created. */
export const requireParent = (transaction: Transaction, issue: Issue | null, parent: Issue): string => {
  requireUntrashed(transaction, 'Issue', parent);
  let above = 1;
  for (let next = parentOf(transaction, parent); next; next = parentOf(transaction, next)) above++;
  if (issue && isWithin(transaction, issue, parent)) throw refused('An issue cannot be its own ancestor');
  if (above + (issue ? heightOf(transaction, issue) : 1) > MOST_LEVELS)
    throw refused(`Sub-issues can be nested at most ${MOST_LEVELS} levels deep`);
  return parent.id;
};

const parentOf = (transaction: Transaction, { parentId }: Issue): Issue | undefined =>
  parentId ? transaction.find('Issue', parentId) : undefined;

const isWithin = (transaction: Transaction, issue: Issue, other: Issue): boolean => {
  for (let at: Issue | undefined = other; at; at = parentOf(transaction, at))
    if (at.id === issue.id) return true;
  return false;
};

/** The number of levels from an issue to its lowest sub-issue, itself included. */
const heightOf = (transaction: Transaction, issue: Issue): number => {
  const children = [...transaction.context.view.collection('Issue').by('parentId', issue.id)];
  return 1 + Math.max(0, ...children.map((child) => heightOf(transaction, child)));
};
