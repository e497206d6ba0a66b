import type { Block, Content, List, Text } from '../storage/blocks.ts';
import { hasContent } from '../storage/line.ts';
import { reasonOfText } from './ignored.ts';
import type { Outline } from './outline.ts';
import { ignore } from './page.ts';

/** Every block of some content becomes a field, but for what is struck or a placeholder. */
export const takeBlocks = (nodes: readonly (Outline | Content)[], as: Block['class']): void => {
  for (const node of nodes)
    switch (node.kind) {
      case 'section':
        node.head.block.class = as;
        takeBlocks(node.children, as);
        break;
      case 'outline-box':
        takeBlocks(node.children, as);
        break;
      case 'heading':
      case 'paragraph':
        takeText(node, as);
        break;
      case 'code':
        node.block.class = as;
        break;
      case 'list':
        takeList(node, as);
        break;
      case 'table':
        for (const { block } of node.rows) block.class = as;
        break;
      case 'box':
        if (node.title) node.title.block.class = as;
        takeBlocks(node.content, as);
        break;
      case 'columns':
        takeBlocks(node.columns.flat(), as);
    }
};

const takeText = (text: Text, as: Block['class']): void => {
  const reason = reasonOfText(text);
  if (reason === undefined) text.block.class = as;
  else ignore(text.block, reason);
};

/** Every block of a list becomes a field, but for what is empty or struck. */
const takeList = (list: List, as: Block['class']): void => {
  for (const item of list.items) {
    const reason = hasContent(item.runs) ? reasonOfText(item) : undefined;
    if (reason === undefined) item.block.class = as;
    else ignore(item.block, reason);
    takeBlocks(item.nested, as);
  }
};
