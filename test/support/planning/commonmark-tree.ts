import { type Node as CommonMarkNode, Parser } from 'commonmark';
import type { Node } from './markdown-tree.ts';

const TYPES: Record<string, string> = {
  document: 'root',
  block_quote: 'blockquote',
  list: 'list',
  item: 'listItem',
  code_block: 'code',
  html_block: 'html',
  thematic_break: 'thematicBreak',
  heading: 'heading',
  paragraph: 'paragraph',
  text: 'text',
  linebreak: 'break',
  emph: 'emphasis',
  strong: 'strong',
  html_inline: 'html',
  link: 'link',
  image: 'image',
  code: 'inlineCode',
};

const altOf = (node: Node): string => node.alt ?? node.value ?? (node.children ?? []).map(altOf).join('');

const converted = (node: CommonMarkNode): Node => {
  const children: Node[] = [];
  for (let child = node.firstChild; child; child = child.next) children.push(converted(child));
  if (node.type === 'softbreak') return { type: 'text', value: '\n' };
  const type = TYPES[node.type] ?? node.type;
  return {
    type,
    ...(children.length > 0 && { children }),
    ...(node.literal !== null && {
      value: type === 'code' ? node.literal.replace(/\n$/, '') : node.literal,
    }),
    ...(node.destination !== null && { url: node.destination, title: node.title }),
    ...(type === 'list' && { ordered: node.listType === 'ordered', start: node.listStart ?? null }),
    ...(type === 'image' && { alt: children.map(altOf).join('') }),
    ...(type === 'heading' && { depth: node.level }),
    ...(type === 'code' && { lang: node.info ?? '' }),
  };
};

/** A text as the reference implementation of CommonMark reads it, which has no tables, tasks or bare URLs. */
export const commonMarkTree = (text: string): Node => converted(new Parser().parse(text));
