import { label } from '../../domain/planning/text.ts';
import type { Content, Text } from '../storage/blocks.ts';
import { isOnlyPlaceholder, isStruck } from '../storage/line.ts';
import { doneHeadings, outOfScopeHeadings } from '../words/lexicon.ts';
import { isTemplate } from '../words/template.ts';
import { isRejected, isWont } from '../words/values.ts';
import type { Outline } from './outline.ts';
import { ignore } from './page.ts';

/** Leaves out everything in some content, for one reason. */
export const ignoreAll = (nodes: readonly (Outline | Content)[], reason: string): void => {
  for (const node of nodes) ignoreNode(node, reason);
};

const ignoreNode = (node: Outline | Content, reason: string): void => {
  switch (node.kind) {
    case 'section':
      ignore(node.head.block, reason);
      ignoreAll(node.children, reason);
      return;
    case 'outline-box':
      ignoreAll(node.children, reason);
      return;
    case 'heading':
    case 'paragraph':
    case 'code':
      ignore(node.block, reason);
      return;
    case 'list':
      for (const item of node.items) {
        ignore(item.block, reason);
        ignoreAll(item.nested, reason);
      }
      return;
    case 'table':
      for (const { block } of node.rows) ignore(block, reason);
      return;
    case 'box':
      if (node.title) ignore(node.title.block, reason);
      ignoreAll(node.content, reason);
      return;
    case 'columns':
      ignoreAll(node.columns.flat(), reason);
      return;
  }
};

/** Why a text is left out that is no title: it is struck, or a template's placeholder. */
export const reasonOfText = ({ runs }: Pick<Text, 'runs'>): 'placeholder' | 'struck' | undefined =>
  isOnlyPlaceholder(runs) ? 'placeholder' : isStruck(runs) ? 'struck' : undefined;

/** Why everything under a heading is left out. `words`: the heading as a label. */
export const reasonOfHeading = (
  { text }: Pick<Text, 'text'>,
  words: string = label(text),
): string | undefined => {
  if (outOfScopeHeadings.has(words)) return 'out-of-scope';
  if (doneHeadings.has(words)) return 'done-section';
  return isTemplate(text) ? 'template' : undefined;
};

/** Why an item is left out: what its title, its status or its priority says. */
export const reasonOfItem = (
  title: string,
  said: { status: string[]; priority: string[] },
): string | undefined => {
  if (isTemplate(title)) return 'template';
  if (said.status.some(isRejected)) return 'rejected';
  return said.priority.some(isWont) ? 'out-of-scope' : undefined;
};
