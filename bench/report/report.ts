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

/** The results as a table for a terminal. */
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

/** Replaces the table between the two marks of a Markdown file. */
export const intoDocs = (file: string, results: Results): void => {
  const text = readFileSync(file, 'utf8');
  const [before] = text.split(BEGIN);
  const after = text.split(END)[1] ?? '';
  writeFileSync(file, `${before}${BEGIN}\n${markdown(results)}\n${END}${after}`);
};
