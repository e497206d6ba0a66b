import type { XmlElement } from '@rgrove/parse-xml';
import { macroName, parameterOf } from './elements.ts';

/** Elements that are blocks of their own when they stand within text. */
const BLOCKS = new Set(['ul', 'ol', 'table', 'pre', 'ac:task-list', 'ac:adf-extension', 'ac:layout']);
/** Elements that end a line before and after them when they stand within text. */
const LINES = new Set([
  'p',
  'div',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'blockquote',
  'hr',
  'li',
  'tr',
  'td',
  'th',
  'ac:task',
]);
export const UNSEEN = new Set([
  'ac:emoticon',
  'ac:parameter',
  'ac:adf-fallback',
  'ac:adf-attribute',
  'colgroup',
  'ac:task-id',
  'ac:task-uuid',
  'ac:task-status',
]);

export const isMacro = ({ name }: XmlElement): boolean =>
  name === 'ac:structured-macro' || name === 'ac:macro';
const isInlineMacro = (macro: XmlElement): boolean =>
  macroName(macro) === 'status' || (macroName(macro) === 'jira' && parameterOf(macro, 'key') !== undefined);

/** Whether an element stands by itself rather than in a line. */
export const isBlock = (element: XmlElement): boolean =>
  BLOCKS.has(element.name) || (isMacro(element) && !isInlineMacro(element));
export const isLine = ({ name }: XmlElement): boolean => LINES.has(name);

/** Elements of headings, with their ranks. */
export const RANKS = new Map([1, 2, 3, 4, 5, 6].map((rank) => [`h${rank}`, rank]));
/** Elements whose children are read as if they stood in its place. */
export const TRANSPARENT = new Set([
  'div',
  'blockquote',
  'ac:layout',
  'ac:layout-cell',
  'ac:rich-text-body',
  'ac:adf-content',
]);

/** Whether an element between texts is no part of their line. */
export const standsAlone = (element: XmlElement): boolean =>
  isBlock(element) ||
  isLine(element) ||
  TRANSPARENT.has(element.name) ||
  element.name === 'ac:layout-section';
