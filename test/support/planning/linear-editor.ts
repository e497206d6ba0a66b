import { gfmToMarkdown } from 'mdast-util-gfm';
import { type Options, toMarkdown } from 'mdast-util-to-markdown';
import { rewriteMarkdown } from '../../../local/linear/store/markdown.ts';
import { markdownTree } from './markdown-tree.ts';

/** Ways in which an editor writes its document down as Markdown. Linear's own way is not documented. */
export const spellings: Options[] = [
  { bullet: '-', emphasis: '_', rule: '-', fence: '`', listItemIndent: 'one', resourceLink: true },
  { bullet: '*', emphasis: '*', rule: '*', fence: '~', listItemIndent: 'tab', setext: true, closeAtx: true },
  {
    bullet: '+',
    strong: '_',
    rule: '_',
    ruleSpaces: true,
    listItemIndent: 'mixed',
    incrementListMarker: false,
  },
];

/** A text as an editor gives it back: read into a document, and written in its own way. */
export const savedInEditor = (text: string, spelling: Options): string =>
  rewriteMarkdown(toMarkdown(markdownTree(text) as never, { ...spelling, extensions: [gfmToMarkdown()] }));
