import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** A node of a parsed Markdown text: a parser that is not the one of the service. */
export type Node = {
  type: string;
  value?: string;
  children?: Node[];
  url?: string;
  title?: string | null;
  identifier?: string;
  depth?: number;
  ordered?: boolean;
  start?: number | null;
  checked?: boolean | null;
  lang?: string | null;
  meta?: string | null;
  align?: (string | null)[];
  alt?: string | null;
};

/** Linear has no footnotes. */
const WITHOUT_FOOTNOTES = {
  disable: { null: ['gfmFootnoteCall', 'gfmFootnoteDefinition', 'gfmPotentialFootnoteCall'] },
};

export const markdownTree = (text: string): Node =>
  fromMarkdown(text, {
    extensions: [gfm({ singleTilde: false }), WITHOUT_FOOTNOTES],
    mdastExtensions: [gfmFromMarkdown()],
  }) as Node;

export const allNodes = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(allNodes)];

export const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('');
