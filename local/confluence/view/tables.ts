import { markup } from '../../stand-in/html.ts';
import type { StorageElement } from '../storage/parse.ts';
import { attributeValue } from '../storage/tree.ts';
import type { Draw } from './drawing.ts';

export const table: Draw = (element, drawing) =>
  markup`<div class="scroll"><table>${drawing.inside(element)}</table></div>`;

const MAX_SPAN = 1000;

const span = (cell: StorageElement, name: string) => {
  const value = Number(attributeValue(cell, name));
  const isSpan = Number.isInteger(value) && value > 1;
  return isSpan ? markup` ${name}="${Math.min(value, MAX_SPAN)}"` : null;
};

const spans = (cell: StorageElement) => markup`${span(cell, 'colspan')}${span(cell, 'rowspan')}`;

export const headerCell: Draw = (cell, drawing) => markup`<th${spans(cell)}>${drawing.inside(cell)}</th>`;
export const dataCell: Draw = (cell, drawing) => markup`<td${spans(cell)}>${drawing.inside(cell)}</td>`;
