import { atBlockStart, escaped, notifies } from '../../domain/planning/markdown/escape.ts';
import { oneLine } from '../../domain/planning/text.ts';
import { linesOf } from '../storage/line.ts';
import { CODE, PAGE, type Run, STRUCK } from '../storage/runs.ts';
import { code } from './code.ts';
import { around, characterAt, emphasised, lastOf, works } from './emphasis.ts';

/** Lines of rich text as the Markdown that Linear keeps. Nothing is raw HTML, and nothing notifies anybody. */

const HAS_ODD = /[^\x20-\x7E]| {2}/;
const INVISIBLE = /[\u00AD\u200B\u200C\u2060\uFEFF]/g;
const BLANKS = /\s+/g;

/** Where a run stands: after which character, in a link, in a table. */
type Place = { before: string; isLink: boolean; isCell: boolean };

const cleaned = (run: Run): Run =>
  HAS_ODD.test(run.text)
    ? { ...run, text: run.text.replace(INVISIBLE, '').replace(BLANKS, ' ').normalize('NFC') }
    : run;

const inlineText = (run: Run, { before, isLink, isCell }: Place): string => {
  const { text } = run;
  switch (run.kind) {
    case 'status':
      return `**[${escaped(text, before, true)}]**`;
    case 'image':
      return `image: ${escaped(text, ' ', true)}`;
    default:
      if ((run.marks & CODE) === 0) return escaped(text, before, isLink);
      // A cell ends at every other pipe, even within code.
      return code(isCell ? text.replaceAll('|', '\\|') : text);
  }
};

const UNSAFE = /[\s()<>\\|`]/g;
const ENTITY = /&(?=#?[\da-z]{1,32};)/gi;

/** Where a link may lead: to the web, to mail, or into this page. */
const target = (href: string | undefined): string | undefined => {
  if (href === undefined || href === PAGE) return href;
  const scheme = href.slice(0, 8).toLowerCase();
  return ['http://', 'https://', 'mailto:'].some((start) => scheme.startsWith(start)) && !notifies(href)
    ? href
        .replace(UNSAFE, encodeURIComponent)
        .replaceAll('(', '%28')
        .replaceAll(')', '%29')
        .replace(ENTITY, '\\&')
    : undefined;
};

const isShown = ({ kind, marks }: Run): boolean =>
  kind !== 'placeholder' && kind !== 'break' && (marks & STRUCK) === 0;

/** Neighbouring texts with the same marks are one. */
const merged = (runs: readonly Run[]): readonly Run[] => {
  const result: Run[] = [];
  for (const each of runs) {
    if (!isShown(each)) continue;
    const run = cleaned(each);
    if (run.text === '' && run.kind === 'text') continue;
    const last = result.at(-1);
    if (last?.kind === 'text' && run.kind === 'text' && last.marks === run.marks && last.href === run.href)
      result[result.length - 1] = { ...last, text: last.text + run.text };
    else result.push(run);
  }
  return result;
};

/** The first character of a run as it is written. */
const firstOf = (run: Run | undefined): string => {
  if (run === undefined || run.kind === 'status') return ' ';
  if (target(run.href) !== undefined) return '[';
  return (run.marks & CODE) === 0 ? characterAt(run.text, 0) : '`';
};

/** One line of Markdown. */
export const inline = (runs: readonly Run[], isCell = false): string => {
  let line = '';
  let before = ' ';
  const shown = merged(runs);
  for (const [at, run] of shown.entries()) {
    const href = target(run.href);
    const isLink = href !== undefined;
    let text = inlineText(run, { before, isLink, isCell });
    const end = line === '' ? ' ' : lastOf(line);
    if (run.kind === 'status') {
      if (end === '*' || !works(end, '[')) line += ' ';
      if (!works(firstOf(shown[at + 1]), ']')) text += ' ';
    } else if (run.marks !== 0)
      text = isLink
        ? emphasised(text, run.marks, '[', ']')
        : emphasised(text, run.marks, end, firstOf(shown[at + 1]));
    if (isLink) text = around(text, '[', `](${href})`);
    // Two spans of code would be one.
    if (end === '`' && text.startsWith('`')) line += ' ';
    // A link after an exclamation mark would be an image.
    if (end === '!' && text.startsWith('[')) line = `${line.slice(0, -1)}\\!`;
    line += text;
    before = lastOf(run.text);
  }
  return oneLine(line);
};

/** The lines of a value, as one. */
export const lines = (runs: readonly Run[], isCell = false): string => {
  let text = '';
  for (const line of linesOf(runs)) {
    const markdown = inline(line, isCell);
    if (markdown !== '') text += text === '' ? markdown : ` / ${markdown}`;
  }
  return text;
};

export const paragraph = (runs: readonly Run[]): string => atBlockStart(lines(runs));
