import { type Bullet, bulletOf, indentOf, isRule, trimmed } from './lines.ts';
import { paragraph } from './paragraph.ts';

/** An open list: its kind, the mark and number of its last item, and the columns of that item's text, read and written. */
type Open = { mark: string; number: number | null; column: number; printed: number };

const BOX = /^\[([ xX])\] +(?=[^ ])/;

const itemText = (lines: readonly string[]): string | undefined => {
  const first = lines[0] ?? '';
  const [box = '', tick] = BOX.exec(first) ?? [];
  const text = paragraph([first.slice(box.length), ...lines.slice(1)]);
  const canonical = tick === undefined ? '' : tick === ' ' ? '[ ] ' : '[x] ';
  return text === undefined ? undefined : `${canonical}${text}`;
};

/** Whether an item may follow: numbers start at 1 below a text, and two lists of numbers in a row are not one. */
const mayFollow = (bullet: Bullet, before: Open | undefined, isFirst: boolean): boolean => {
  if (bullet.number === null || (isFirst && bullet.indent === 0)) return true;
  if (before === undefined || before.number === null) return bullet.number === 1;
  return before.mark === bullet.mark;
};

/**
 * A list of items, each a paragraph with or without lists in it. Bullets of any mark are one list, for Linear writes
 * them all alike. `text` is `undefined` for any other list.
 */
export const list = (lines: readonly string[], from: number): { text: string | undefined; next: number } => {
  const open: Open[] = [];
  const printed: string[] = [];
  let at = from;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line === '') {
      at++;
      continue;
    }
    const bullet = bulletOf(line);
    if (!bullet) break;
    let before: Open | undefined;
    while (open.length > 0 && bullet.indent < (open.at(-1)?.column ?? 0)) before = open.pop();
    const parent = open.at(-1);
    // Bullets and numbers at the start of a line are lists of their own.
    if (!parent && before && (before.number === null) !== (bullet.number === null)) break;
    if (bullet.indent - (parent?.column ?? 0) > 3 || !mayFollow(bullet, before, at === from))
      return { text: undefined, next: at };
    const isSame = before && (before.number === null) === (bullet.number === null);
    const number = bullet.number === null ? null : isSame ? (before?.number ?? 0) + 1 : bullet.number;
    const mark = number === null ? '-' : `${number}.`;
    const indent = parent?.printed ?? 0;
    const text = [bullet.text + (line.endsWith('  ') ? '  ' : '')];
    at++;
    while (at < lines.length && lines[at] !== '' && !isNew(lines[at] ?? '')) text.push(lines[at++] ?? '');
    const item = itemText(text)?.replaceAll('\n', `\n${' '.repeat(indent + mark.length + 1)}`);
    if (item === undefined) return { text: undefined, next: at };
    printed.push(`${' '.repeat(indent)}${mark} ${item}`);
    open.push({ mark: bullet.mark, number, column: bullet.column, printed: indent + mark.length + 1 });
  }
  // What is indented after a blank line belongs to an item.
  const isInside = at < lines.length && indentOf(lines[at] ?? '') > 0;
  return { text: isInside ? undefined : printed.join('\n'), next: at };
};

/** Whether a line ends the text of an item. Others that would are refused as text. */
const isNew = (line: string): boolean =>
  bulletOf(line) !== undefined || /^(?:```|~~~|#{1,6} )/.test(line) || isRule(trimmed(line));
