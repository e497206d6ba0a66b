import { readFileSync, writeFileSync } from 'node:fs';
import type { Row } from './row.ts';

export type Results = {
  machine: { node: string; arch: string; cores: number };
  goals: Record<string, { title: string; rows: Row[] }>;
};

const COLUMNS = ['', 'what', 'goal', 'limit', 'measured', 'verdict'];

const cellsOf = (goals: Results['goals']): string[][] =>
  Object.entries(goals).flatMap(([name, { title, rows }]) =>
    rows.map(({ what, goal, limit, measured, verdict }, index) => [
      index === 0 ? name.toUpperCase() : '',
      `${title}: ${what}`,
      goal,
      limit,
      measured,
      verdict === 'shown' ? '' : verdict,
    ]),
  );

/** The table for a terminal. */
export const table = (goals: Results['goals']): string => {
  const lines = [COLUMNS, ...cellsOf(goals)];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const markdown = ({ machine, goals }: Results): string => {
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const lines = [row(COLUMNS), row(COLUMNS.map(() => '---')), ...cellsOf(goals).map(row)];
  return `Measured on Node ${machine.node}, ${machine.arch}, ${machine.cores} cores.\n\n${lines.join('\n')}`;
};

const BEGIN = '<!-- bench -->';
const END = '<!-- /bench -->';

/** Puts the table between its two marks. */
export const intoDocs = (file: string, results: Results): void => {
  const text = readFileSync(file, 'utf8');
  const [before] = text.split(BEGIN);
  const after = text.split(END)[1] ?? '';
  writeFileSync(file, `${before}${BEGIN}\n${markdown(results)}\n${END}${after}`);
};

const LINE = 22;
const LEFT = 430;
const WIDTH = 300;
/** The goal lies here. */
const MIDDLE = LEFT + WIDTH / 2;

/** How far on the good side of its goal a row is: 1 is the goal, 2 twice as good; nothing where no ratio says it. */
const headroom = ({ goal, measured }: Row): number | undefined => {
  const number = (text: string) => Number(/[\d.]+/.exec(text.replaceAll(',', ''))?.[0]);
  const [aim, value] = [number(goal), number(measured)];
  if (!/^[≤≥]/.test(goal) || !(aim > 0)) return undefined;
  return goal.startsWith('≤') ? aim / Math.max(value, aim / 100) : value / aim;
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Every goal that is a limit, as a dot beside it: right of the line is better, each half of the width a factor of four. */
export const plot = ({ goals }: Results): string => {
  const dots = Object.entries(goals).flatMap(([name, { title, rows }]) =>
    rows.flatMap((row) => {
      const ratio = headroom(row);
      return ratio === undefined
        ? []
        : [{ label: `${name.toUpperCase()} ${title}: ${row.what}`, row, ratio }];
    }),
  );
  const height = (dots.length + 2) * LINE;
  const lines = dots.map(({ label, row, ratio }, index) => {
    const y = (index + 1.5) * LINE;
    const steps = Math.max(-1, Math.min(1, Math.log2(ratio) / 2));
    const x = MIDDLE + (steps * WIDTH) / 2;
    const colour = row.verdict === 'missed' ? '#c0392b' : '#27802b';
    return [
      `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${escaped(label)}</text>`,
      `<line x1="${MIDDLE}" y1="${y}" x2="${x.toFixed(1)}" y2="${y}" stroke="${colour}" stroke-width="2"/>`,
      `<circle cx="${x.toFixed(1)}" cy="${y}" r="5" fill="${colour}"/>`,
      `<text x="${LEFT + WIDTH + 12}" y="${y + 4}">${escaped(`${row.measured} (${row.goal})`)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 ${height}" font-family="sans-serif" font-size="12">
<title>How far each limit was kept</title>
<rect width="920" height="${height}" fill="#ffffff"/>
<text x="${MIDDLE}" y="14" text-anchor="middle">worse ← goal → better</text>
<line x1="${MIDDLE}" y1="${LINE}" x2="${MIDDLE}" y2="${height - LINE}" stroke="#888888"/>
${lines.join('\n')}
</svg>
`;
};
