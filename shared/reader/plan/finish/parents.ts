import { display } from '../../../domain/planning/text.ts';
import { isVisible, plainText } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import { onlyKey } from '../../words/keys.ts';
import { referenceIn } from '../../words/links.ts';
import type { Draft } from '../items/draft.ts';
import { enablerLevel } from '../items/level.ts';
import { titleOf } from '../items/title.ts';
import { type Page, readHead } from '../page.ts';
import { type ItemIndex, isAbove } from './index-of-items.ts';

/** Resolves parents: what the item names, then what it stands in, then its key. */
export const resolveParents = (page: Page, index: ItemIndex): void => {
  for (const draft of page.drafts)
    if (!draft.hasLevel) draft.level = enablerLevel(named(page, index, draft) ?? draft.enclosing);
  for (const draft of page.drafts) {
    const said = draft.parentName;
    const external = said && externalOf(said);
    if (external !== undefined) draft.fields.externalParent = external;
    const name = said && external === undefined ? named(page, index, draft) : undefined;
    const byName = name && isAbove(name.level, draft.level) ? name : undefined;
    if (said !== undefined && external === undefined && byName === undefined)
      draft.warnings.add('parent-unresolved');
    draft.parent = byName ?? enclosingAbove(draft) ?? index.aboveByNumber(draft);
    if (draft.enclosing !== undefined && !isAbove(draft.enclosing.level, draft.level))
      draft.warnings.add('mixed-levels');
  }
};

const named = (page: Page, index: ItemIndex, draft: Draft): Draft | undefined => {
  if (draft.parentName === undefined) return undefined;
  const fits = (other: Draft) => other !== draft && (!draft.hasLevel || isAbove(other.level, draft.level));
  const only = onlyKey(plainText(draft.parentName));
  const direct = only && index.ofKey(only.canonical);
  if (direct !== undefined && fits(direct)) return direct;
  const title = titleOf(draft.parentName, page.keys);
  const head = readHead(page, title, true);
  const key = onlyKey(display(title.text)) ?? head?.key;
  const byKey = key && index.ofKey(key.canonical);
  if (byKey !== undefined && fits(byKey)) return byKey;
  return index.ofTitle(title.text, fits) ?? (head && index.ofTitle(head.title, fits));
};

/** A parent that is nothing but a link to Jira or Linear. */
const externalOf = (runs: readonly Run[]): string | undefined => {
  const visible = runs.filter(isVisible);
  const [reference] = visible.map(referenceIn);
  if (reference === undefined || visible.some((run) => referenceIn(run) === undefined)) return undefined;
  return plainText(runs) === '' ? undefined : `${reference.tracker}:${reference.id}`;
};

/** The nearest item of a higher level that this one stands in. */
const enclosingAbove = (draft: Draft): Draft | undefined => {
  let outer = draft.enclosing;
  while (outer !== undefined && !isAbove(outer.level, draft.level)) outer = outer.enclosing;
  return outer;
};
