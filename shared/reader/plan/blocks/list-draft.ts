import type { ListItem } from '../../storage/blocks.ts';
import { localIdOf } from '../../storage/elements.ts';
import { nestedLabels } from '../fields/own-labels.ts';
import { ignoreAll, reasonOfItem } from '../ignored.ts';
import { addDraft } from '../items/add-draft.ts';
import type { Draft } from '../items/draft.ts';
import type { Page, Scope } from '../page.ts';
import type { Line } from './list-line.ts';

/** Makes a list item an item of the plan, unless its title or its labels say that it is left out. */
export const listDraft = (page: Page, item: ListItem, line: Line, scope: Scope): Draft | undefined => {
  const { title, head } = line;
  const labels = nestedLabels(item.nested);
  const said = {
    status: [...labels.status, title.status ?? ''],
    priority: [...labels.priority, title.priority ?? ''],
  };
  const left = reasonOfItem(head?.title ?? title.text, said);
  if (left !== undefined) {
    ignoreAll([{ kind: 'list', isOrdered: false, items: [item] }], left);
    return undefined;
  }
  const { task } = item;
  const draft = addDraft(page, {
    title,
    hints: { head, section: scope.section },
    scope,
    block: item.block,
    localId: task === undefined ? localIdOf(item.element) : task.uuid,
    box: task?.id === undefined ? undefined : `task:${task.id}`,
    span: item.element,
  });
  if (task !== undefined) draft.fields.done = task.done;
  return draft;
};
