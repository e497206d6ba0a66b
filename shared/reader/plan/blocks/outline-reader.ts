import { fenced } from '../../markdown/code.ts';
import type { Label } from '../../words/label.ts';
import { describeIn } from '../fields/describe.ts';
import { setLabelled, setOutside } from '../fields/labels.ts';
import { asValue } from '../fields/value.ts';
import type { Outline } from '../outline.ts';
import { ignore, markField, type Page, type Scope } from '../page.ts';
import { readTable } from '../tables/tables.ts';
import { takeBlocks } from '../taken.ts';
import { readList } from './lists.ts';
import { isLabelled, readParagraph } from './paragraphs.ts';
import { readSection } from './sections.ts';

const PANELS = new Set(['info', 'note', 'warning', 'tip', 'panel']);

/** Reads what stands below a heading, or the page itself. */
export const readOutline = (page: Page, children: readonly Outline[], scope: Scope): void => {
  let awaited: Label | undefined;
  for (const node of children) {
    const label = awaited;
    awaited = undefined;
    if (label !== undefined && takeAwaited(page, node, label, scope)) continue;
    switch (node.kind) {
      case 'section':
        readSection(page, node, scope);
        break;
      case 'outline-box':
        readOutline(page, node.children, boxScope(node.box.name, scope));
        break;
      case 'paragraph':
        awaited = readParagraph(page, node, scope);
        break;
      case 'list':
        readList(page, node, scope);
        break;
      case 'table':
        readTable(page, node, scope);
        break;
      case 'code':
        if (scope.item === undefined) ignore(node.block, 'code');
        else {
          describeIn(scope, scope.item, fenced(node.text, node.language));
          markField(node.block);
        }
    }
  }
};

/** Gives a label whose value is empty the paragraph or list after it. */
const takeAwaited = (page: Page, node: Outline, label: Label, { item }: Scope): boolean => {
  if (node.kind !== 'paragraph' && node.kind !== 'list') return false;
  if (node.kind === 'paragraph' && isLabelled(node)) return false;
  if (item === undefined) {
    // A warning about criteria without an item was given at the label.
    if (node.kind === 'paragraph' && 'role' in label && label.role !== 'ac')
      setOutside(page, label, node.text);
    return false;
  }
  const isTaken = setLabelled(item, label, asValue([node]));
  if (isTaken) takeBlocks([node], 'field');
  return isTaken;
};

const boxScope = (name: string, scope: Scope): Scope => ({
  ...scope,
  isProperties: scope.isProperties || name === 'details',
  containers: PANELS.has(name)
    ? [...scope.containers, { kind: 'panel', name, within: scope.item }]
    : scope.containers,
});
