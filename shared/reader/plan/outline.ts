import { label } from '../../domain/planning/text.ts';
import type { Box, Code, Content, List, Paragraph, Table, Text } from '../storage/blocks.ts';
import { fullText, hasContent, isAllBold, isStruck } from '../storage/line.ts';
import { headOf } from '../words/head.ts';
import type { PageKeys } from '../words/keys.ts';
import { doneHeadings, outOfScopeHeadings, sections } from '../words/lexicon.ts';
import { periodOf } from '../words/period.ts';
import { labelsOf } from './fields/lines.ts';
import { titleOf } from './items/title.ts';

/** A heading with everything below it, up to the next one of its rank. */
export type Section = {
  kind: 'section';
  head: Text;
  rank: number;
  box: Box | undefined;
  children: Outline[];
};
type OutlineBox = { kind: 'outline-box'; box: Box; children: Outline[] };
export type Outline = Section | OutlineBox | Paragraph | List | Table | Code;

/** The rank of a bold paragraph that acts as a heading. */
const BOLD_RANK = 7;
const LONGEST_BOLD = 120;

type Level = { rank: number; children: Outline[]; isItem: boolean };

/** Puts content below its headings. A box is a barrier: headings in it close none outside, nor the reverse. */
export const outlineOf = (contents: readonly Content[], keys: PageKeys): Outline[] => {
  const root: Outline[] = [];
  build(contents, [{ rank: 0, children: root, isItem: false }], keys);
  return root;
};

/** Adds content below the headings in `stack`, the innermost last. Their ranks ascend. */
const build = (contents: readonly Content[], stack: Level[], keys: PageKeys): void => {
  const add = (node: Outline) => stack.at(-1)?.children.push(node);
  const closeFrom = (rank: number) => {
    while ((stack.at(-1)?.rank ?? 0) >= rank) stack.pop();
  };
  const open = (head: Text, rank: number, isItem: boolean) => {
    closeFrom(rank);
    const section: Section = { kind: 'section', head, rank, box: undefined, children: [] };
    add(section);
    stack.push({ rank, children: section.children, isItem });
  };
  for (const content of contents)
    switch (content.kind) {
      case 'heading':
        open(content, content.rank, false);
        break;
      case 'paragraph': {
        const acts = actsAsHeading(content, keys);
        if (acts !== undefined) {
          open(content, BOLD_RANK, acts === 'item');
          break;
        }
        // A label of its own ends what a bold paragraph announced, such as a list of stories.
        const top = stack.at(-1);
        if (top?.rank === BOLD_RANK && !top.isItem && isLoneLabel(content)) closeFrom(BOLD_RANK);
        add(content);
        break;
      }
      case 'columns':
        for (const column of content.columns) build(column, [...stack], keys);
        break;
      case 'box':
        add(boxOf(content, keys));
        break;
      default:
        add(content);
    }
};

/** A box's title stands above everything in it. */
const boxOf = (box: Box, keys: PageKeys): OutlineBox => {
  const children = outlineOf(box.content, keys);
  if (box.title === undefined) return { kind: 'outline-box', box, children };
  const section: Section = { kind: 'section', head: box.title, rank: 0, box, children };
  return { kind: 'outline-box', box, children: [section] };
};

/** What a paragraph announces, if it stands for a heading. */
const actsAsHeading = ({ runs, text }: Paragraph, keys: PageKeys): 'item' | 'section' | undefined => {
  const shown = isStruck(runs) ? fullText(runs) : text;
  if (shown === '' || shown.length > LONGEST_BOLD) return undefined;
  const isBold = isAllBold(runs);
  if (!isBold && !shown.endsWith(':') && !shown.endsWith('：')) return undefined;
  const words = label(shown);
  if (sections.has(words) || outOfScopeHeadings.has(words) || doneHeadings.has(words)) return 'section';
  if (!isBold) return undefined;
  if (periodOf(shown) !== undefined) return 'section';
  if (labelsOf(runs).some(({ label, value }) => 'role' in label || !hasContent(value))) return undefined;
  const title = isStruck(runs) ? shown : titleOf(runs, keys).text;
  return headOf(title, { keys }) === undefined ? undefined : 'item';
};

/** Whether a paragraph is nothing but labels whose values follow. */
const isLoneLabel = ({ runs }: Paragraph): boolean => {
  const labels = labelsOf(runs);
  return labels.length > 0 && labels.every(({ label, value }) => 'role' in label && !hasContent(value));
};
