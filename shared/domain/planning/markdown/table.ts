import { inlines } from './inlines.ts';
import { trimmed } from './lines.ts';

/** The cells of a row that starts and ends with a pipe. */
const cellsOf = (line: string): string[] | undefined => {
  const cells: string[] = [];
  let from = 1;
  for (let at = 1; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '\\') at++;
    else if (character === '|') {
      cells.push(trimmed(line.slice(from, at)));
      from = at + 1;
    }
  }
  return from === line.length && cells.length > 0 ? cells : undefined;
};

/** In code, a pipe is escaped for the table only, so such a cell stays as it is. */
const cell = (text: string): string =>
  text.includes('`') && text.includes('\\') ? text : inlines(text, { isCell: true });

const ALIGNMENT = /^(:?)-+(:?)$/;

/** A table of as many cells in each row, or `undefined`. */
export const table = (lines: readonly string[]): string | undefined => {
  const rows = lines.map((line) => cellsOf(trimmed(line)));
  const width = rows[0]?.length;
  if (lines.length < 2 || rows.some((cells) => cells?.length !== width)) return undefined;
  if (!rows[1]?.every((text) => ALIGNMENT.test(text))) return undefined;
  return rows
    .map((cells = [], at) =>
      cells.map((text) => (at === 1 ? text.replace(ALIGNMENT, '$1---$2') : cell(text))),
    )
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};
