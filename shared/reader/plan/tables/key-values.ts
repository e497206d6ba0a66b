import type { Cell, Row, Table } from '../../storage/blocks.ts';
import { isAllBold } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import { type Label, labelOf } from '../../words/label.ts';

export type KeyValue = {
  row: Row;
  key: Cell;
  value: Cell;
  label: Label | undefined;
  runs: Run[];
  text: string;
};

/** The rows of a table of names and values: two columns, each name a header or bold, at least one name known. */
export const keyValuesOf = (table: Table, { isProperties = false } = {}): KeyValue[] | undefined => {
  const pairs: KeyValue[] = [];
  for (const row of table.rows) {
    const [key, value] = row.cells;
    if (row.cells.length !== 2 || key === undefined || value === undefined) return undefined;
    if (!isProperties && !key.isHeader && !isAllBold(key.runs)) return undefined;
    pairs.push({ row, key, value, label: labelOf(key.text), runs: value.runs, text: value.text });
  }
  const [top] = pairs;
  const isHeaderRow = top?.key.isHeader === true && top.value.isHeader;
  if (isHeaderRow && !isProperties) return undefined;
  return pairs.some(({ label }) => label !== undefined) ? pairs : undefined;
};
