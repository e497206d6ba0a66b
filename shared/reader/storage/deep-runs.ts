import { XmlElement } from '@rgrove/parse-xml';
import type { Cell, Content } from './blocks.ts';
import { fullText } from './line.ts';
import { type Run, runsOf, type Users } from './runs.ts';

const LINE_END: Run = { kind: 'break', text: '\n', marks: 0 };

/** A row as quoted: its cells with struck text, without placeholders. */
export const rowText = (cells: readonly Cell[], users: Users): string =>
  cells.map((cell) => fullText(allRuns(cell, users), { placeholders: false })).join(' | ');

/** The runs of a cell with those of its lists and other blocks. */
export const allRuns = (cell: Cell, users: Users): Run[] =>
  cell.blocks.length === 0
    ? cell.runs
    : [...cell.runs, ...cell.blocks.flatMap((block) => [LINE_END, ...runsDeep(block, users)])];

/** Every run in a block, with a line for each of its list items, cells and paragraphs. */
const runsDeep = (block: XmlElement, users: Users): Run[] => {
  const inner: XmlElement[] = [];
  const wrapper = new XmlElement('div', undefined, block.children);
  const runs = runsOf([wrapper], users, inner);
  return [...runs, ...inner.flatMap((element) => [LINE_END, ...runsDeep(element, users)])];
};

/** Every run in some contents, each text on a line of its own. */
export const runsIn = (contents: readonly Content[]): Run[] => {
  const runs: Run[] = [];
  const addText = (text: readonly Run[]) => {
    if (runs.length > 0) runs.push(LINE_END);
    for (const run of text) runs.push(run);
  };
  const addAll = (inner: readonly Content[]) => {
    for (const content of inner)
      switch (content.kind) {
        case 'heading':
        case 'paragraph':
          addText(content.runs);
          break;
        case 'list':
          for (const item of content.items) {
            addText(item.runs);
            addAll(item.nested);
          }
          break;
        case 'table':
          for (const { cells } of content.rows) for (const cell of cells) addText(cell.runs);
          break;
        case 'code':
          addText([{ kind: 'text', text: content.text, marks: 0 }]);
          break;
        case 'box':
          if (content.title) addText(content.title.runs);
          addAll(content.content);
          break;
        case 'columns':
          addAll(content.columns.flat());
      }
  };
  addAll(contents);
  return runs;
};
