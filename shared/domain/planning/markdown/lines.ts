/** How many columns of blanks a line starts with. */
export const indentOf = (line: string): number => {
  let at = 0;
  while (line.charAt(at) === ' ') at++;
  return at;
};

export const isBlank = (line: string): boolean => line.trim() === '';

/** A line without up to `columns` blanks at its start. */
export const outdented = (line: string, columns: number): string =>
  line.slice(Math.min(indentOf(line), columns));

export type Fence = { mark: string; length: number; indent: number; info: string };

export const fenceOf = (line: string): Fence | undefined => {
  const indent = indentOf(line);
  const mark = line.charAt(indent);
  if (indent > 3 || (mark !== '`' && mark !== '~')) return undefined;
  let end = indent;
  while (line.charAt(end) === mark) end++;
  const info = line.slice(end).trim();
  if (end - indent < 3 || (mark === '`' && info.includes('`'))) return undefined;
  return { mark, length: end - indent, indent, info };
};

export const closes = (line: string, fence: Fence): boolean => {
  const found = fenceOf(line);
  return (
    found !== undefined && found.mark === fence.mark && found.length >= fence.length && found.info === ''
  );
};

export const isRule = (line: string): boolean => {
  if (indentOf(line) > 3) return false;
  const marks = line.replaceAll(' ', '');
  return (
    marks.length >= 3 && '*-_'.includes(marks.charAt(0)) && marks === marks.charAt(0).repeat(marks.length)
  );
};

export const headingOf = (line: string): { depth: number; text: string } | undefined => {
  const [all, marks] = /^ {0,3}(#{1,6})(?: |$)/.exec(line) ?? [];
  if (all === undefined || marks === undefined) return undefined;
  const text = line.slice(all.length).trim();
  let end = text.length;
  while (text.charAt(end - 1) === '#') end--;
  const isClosed = end === 0 || text.charAt(end - 1) === ' ';
  return { depth: marks.length, text: (isClosed ? text.slice(0, end) : text).trim() };
};

export const isQuote = (line: string): boolean => indentOf(line) < 4 && line.charAt(indentOf(line)) === '>';

export const unquoted = (line: string): string => {
  const rest = line.slice(indentOf(line) + 1);
  return rest.startsWith(' ') ? rest.slice(1) : rest;
};

/** How a list item starts: its number (`null` for a bullet), its mark, and the column where its text starts. */
export type Bullet = { start: number | null; mark: string; column: number };

export const bulletOf = (line: string): Bullet | undefined => {
  const indent = indentOf(line);
  const [all, , digits, mark] = /^ {0,3}(([0-9]{1,9})?([-+*.)]))(?= |$)/.exec(line) ?? [];
  if (all === undefined || mark === undefined || isRule(line)) return undefined;
  if ((digits === undefined) === '.)'.includes(mark)) return undefined;
  const blanks = indentOf(line.slice(all.length));
  const isEmpty = isBlank(line.slice(all.length));
  const column = all.length + (isEmpty || blanks > 4 ? 1 : blanks);
  return { start: digits === undefined ? null : Number(digits), mark, column: Math.max(column, indent + 2) };
};

/** Whether a line ends the paragraph before it. */
export const interrupts = (line: string): boolean => {
  const bullet = bulletOf(line);
  const startsList = bullet && (bullet.start ?? 1) === 1 && !isBlank(line.slice(bullet.column));
  return Boolean(startsList) || isQuote(line) || isRule(line) || !!fenceOf(line) || !!headingOf(line);
};

/** The cells of a table's row. */
export const cellsOf = (line: string): string[] => {
  const cells: string[] = [];
  let cell = '';
  const text = line.trim();
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\' && text.charAt(at + 1) === '|') {
      cell += '|';
      at++;
    } else if (character === '\\') cell += character + text.charAt(++at);
    else if (character === '|') {
      if (at > 0) cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  if (!isBlank(cell) || !text.endsWith('|')) cells.push(cell.trim());
  return cells;
};

/** The alignment of each column, if a line is what stands below a table's header. */
export const alignmentsOf = (line: string): string[] | undefined => {
  if (!/^[\s|:-]+$/.test(line) || !line.includes('-')) return undefined;
  const cells = cellsOf(line);
  const isRow = cells.every((cell) => /^:?-+:?$/.test(cell));
  return isRow
    ? cells.map((cell) => `${cell.startsWith(':') ? ':' : ''}-${cell.endsWith(':') ? ':' : ''}`)
    : undefined;
};
