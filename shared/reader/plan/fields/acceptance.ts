import type { Criterion } from '../../../domain/planning/plan.ts';
import { inline, lines } from '../../markdown/line.ts';
import type { Content, List, ListItem } from '../../storage/blocks.ts';
import { isStruck, linesOf } from '../../storage/line.ts';
import { numberEnd } from '../../words/keys.ts';
import { isBlank } from '../../words/label.ts';

const STEPS = ['when', 'then', 'and', 'but'];
const ALL_STEPS = ['given', ...STEPS];

const startsWithWord = (line: string, words: readonly string[]): boolean => {
  const blank = line.indexOf(' ');
  return words.includes((blank < 0 ? line : line.slice(0, blank)).toLowerCase());
};

const BULLETS = ['- ', '• ', '* ', '– ', '· ', '\\- ', '\\* '];

/** Drops `1)`, `1.`, `-` and `•` from the start of a line. */
const withoutMark = (line: string): string => {
  for (const bullet of BULLETS) if (line.startsWith(bullet)) return line.slice(bullet.length).trim();
  const end = numberEnd(line, 0);
  const mark = line.charAt(end);
  return end > 0 && (mark === ')' || mark === '.') && line.charAt(end + 1) === ' '
    ? line.slice(end + 2)
    : line;
};

/** The criteria of a value: one for each list item or line. Lines of Given, When and Then are one. */
export const criteriaOf = (contents: readonly Content[]): Criterion[] => {
  const criteria: Criterion[] = [];
  for (const content of contents) addCriteria(content, criteria);
  return criteria.filter(({ text }) => !isBlank(text));
};

const addCriteria = (content: Content, criteria: Criterion[]): void => {
  switch (content.kind) {
    case 'heading':
    case 'paragraph':
      for (const line of linesOf(content.runs)) addLine(withoutMark(inline(line)), criteria);
      return;
    case 'list':
      for (const item of content.items) criteria.push(criterionOf(item));
      return;
    case 'table':
      for (const { cells } of content.rows)
        criteria.push({
          text: cells
            .map(({ runs }) => lines(runs))
            .filter(Boolean)
            .join(' – '),
          done: null,
        });
      return;
    case 'box':
      for (const inner of content.content) addCriteria(inner, criteria);
      return;
    case 'columns':
      for (const inner of content.columns.flat()) addCriteria(inner, criteria);
  }
};

const addLine = (line: string, criteria: Criterion[]): void => {
  const last = criteria.at(-1);
  if (last !== undefined && startsWithWord(line, STEPS) && startsWithWord(last.text, ALL_STEPS))
    last.text += ` ${line}`;
  else criteria.push({ text: line, done: null });
};

/** A list item with what is nested in it. */
export const criterionOf = (item: ListItem): Criterion => {
  const own = isStruck(item.runs) ? '' : withoutMark(lines(item.runs));
  const nested = nestedLines(item.nested).join('; ');
  return {
    text: own === '' || nested === '' ? own + nested : `${own} – ${nested}`,
    done: item.task?.done ?? null,
  };
};

const nestedLines = (contents: readonly Content[]): string[] =>
  contents
    .filter((content): content is List => content.kind === 'list')
    .flatMap(({ items }) => items.flatMap((item) => [lines(item.runs), ...nestedLines(item.nested)]))
    .filter((line) => line !== '');
