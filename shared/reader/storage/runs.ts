import type { XmlElement } from '@rgrove/parse-xml';
import { oneLine } from '../../domain/planning/text.ts';
import { childOf, isElement, isText, macroName, type Node, parameterOf } from './elements.ts';

/** Account id → display name. */
export type Users = ReadonlyMap<string, string>;

export const BOLD = 1;
export const ITALIC = 2;
export const CODE = 4;
export const STRUCK = 8;

/** A piece of a line. `break` is a line break, or the end of a paragraph within a cell or a list item. */
export type Run = {
  kind: 'text' | 'break' | 'status' | 'mention' | 'date' | 'jira' | 'placeholder' | 'image';
  text: string;
  /** Which of bold, italic, code and struck, added up. */
  marks: number;
  /** Where a link leads. */
  href?: string;
};

/** Stands for the page's own URL, which only the caller knows. */
export const PAGE = 'PAGE';
const UNKNOWN_USER = 'unknown user';

const MARKS: Record<string, number> = {
  strong: BOLD,
  b: BOLD,
  em: ITALIC,
  i: ITALIC,
  code: CODE,
  tt: CODE,
  del: STRUCK,
  s: STRUCK,
  strike: STRUCK,
};

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
const UNSEEN = new Set([
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

/** The runs of some nodes. Blocks within them go to `blocks`, in order. */
export const runsOf = (nodes: readonly Node[], users: Users, blocks: XmlElement[]): Run[] => {
  const text = loneText(nodes);
  if (text !== undefined) return [{ kind: 'text', text, marks: 0 }];
  const runs: Run[] = [];
  addAll(nodes, 0, undefined, { runs, users, blocks });
  while (runs.at(-1)?.kind === 'break') runs.pop();
  return runs;
};

/** The text of a heading, a paragraph or a cell that is nothing else, as most are: it needs no walk. */
const loneText = (nodes: readonly Node[]): string | undefined => {
  const [node] = nodes;
  if (node === undefined || nodes.length > 1) return undefined;
  if (isText(node)) return node.text;
  return isElement(node) && node.name === 'p' ? loneText(node.children) : undefined;
};

type Sink = { runs: Run[]; users: Users; blocks: XmlElement[] };
type Href = string | undefined;

const add = ({ runs }: Sink, kind: Run['kind'], text: string, marks: number, href: Href): void => {
  runs.push(href === undefined ? { kind, text, marks } : { kind, text, marks, href });
};

const addAll = (nodes: readonly Node[], marks: number, href: Href, sink: Sink): void => {
  for (const node of nodes) addRuns(node, marks, href, sink);
};

const addRuns = (node: Node, marks: number, href: Href, sink: Sink): void => {
  if (isText(node)) {
    add(sink, 'text', node.text, marks, href);
    return;
  }
  if (!isElement(node) || UNSEEN.has(node.name)) return;
  if (isBlock(node)) {
    sink.blocks.push(node);
    return;
  }
  const { name, attributes, children } = node;
  switch (name) {
    case 'br':
      add(sink, 'break', '\n', marks, undefined);
      return;
    case 'a':
      addAll(children, marks, attributes.href ?? href, sink);
      return;
    case 'ac:link':
      addLink(node, marks, sink);
      return;
    case 'ri:user':
      add(sink, 'mention', nameOf(node, sink.users), marks, undefined);
      return;
    case 'time':
      add(sink, 'date', attributes.datetime ?? node.text, marks, href);
      return;
    case 'ac:placeholder':
      add(sink, 'placeholder', node.text, marks, undefined);
      return;
    case 'ac:image':
      add(sink, 'image', imageOf(node), marks, PAGE);
      return;
    case 'ac:structured-macro':
    case 'ac:macro':
      addMacro(node, marks, sink);
      return;
  }
  const own = MARKS[name] ?? (attributes.style?.includes('line-through') === true ? STRUCK : 0);
  if (!isLine(node)) {
    addAll(children, marks | own, href, sink);
    return;
  }
  endLine(sink);
  addAll(children, marks | own, href, sink);
  endLine(sink);
};

const endLine = (sink: Sink): void => {
  const last = sink.runs.at(-1);
  if (last !== undefined && last.kind !== 'break') add(sink, 'break', '\n', 0, undefined);
};

const addMacro = (macro: XmlElement, marks: number, sink: Sink): void => {
  const isStatus = macroName(macro) === 'status';
  const text = parameterOf(macro, isStatus ? 'title' : 'key') ?? '';
  if (text !== '') add(sink, isStatus ? 'status' : 'jira', text, marks, undefined);
};

const nameOf = (user: XmlElement, users: Users): string =>
  users.get(user.attributes['ri:account-id'] ?? '') ?? UNKNOWN_USER;

/** A link of Confluence: to a user, a page, an attachment. */
const addLink = (link: XmlElement, marks: number, sink: Sink): void => {
  const user = childOf(link, 'ri:user');
  if (user !== undefined) {
    add(sink, 'mention', nameOf(user, sink.users), marks, undefined);
    return;
  }
  const file = childOf(link, 'ri:attachment')?.attributes['ri:filename'];
  const href = file === undefined ? undefined : PAGE;
  const body = childOf(link, 'ac:link-body') ?? childOf(link, 'ac:plain-text-link-body');
  if (body !== undefined) {
    addAll(body.children, marks, href, sink);
    return;
  }
  const title =
    childOf(link, 'ri:page')?.attributes['ri:content-title'] ?? file ?? link.attributes['ac:anchor'];
  if (title !== undefined) add(sink, 'text', title, marks, href);
};

const imageOf = (image: XmlElement): string =>
  childOf(image, 'ri:attachment')?.attributes['ri:filename'] ??
  childOf(image, 'ri:url')?.attributes['ri:value'] ??
  image.attributes['ac:alt'] ??
  '';

const isUnread = ({ kind }: Run): boolean => kind === 'placeholder' || kind === 'image';

const isPlain = (run: Run): boolean => !isUnread(run) && (run.marks & STRUCK) === 0;

/** One line of what a reader sees: without placeholders, images and struck text. */
export const plainText = (runs: readonly Run[]): string => textOf(runs, isPlain);

/** One line with struck text and, unless told otherwise, placeholders. */
export const fullText = (runs: readonly Run[], { placeholders = true } = {}): string =>
  textOf(runs, ({ kind }) => kind !== 'image' && (placeholders || kind !== 'placeholder'));

const textOf = (runs: readonly Run[], isIn: (run: Run) => boolean): string => {
  const [first] = runs;
  if (first !== undefined && runs.length === 1) return isIn(first) ? oneLine(first.text) : '';
  let text = '';
  for (const run of runs) if (isIn(run)) text += run.kind === 'break' ? ' ' : run.text;
  return oneLine(text);
};

const INVISIBLE = /[\u00AD\u200B\u200C\u2060\uFEFF]/g;
export const isVisible = ({ kind, text }: Run): boolean => {
  if (kind === 'break' || kind === 'image') return kind === 'image';
  const code = text.charCodeAt(0);
  if (code > 0x20 && code < 0x7f) return true;
  const trimmed = text.trim();
  return trimmed !== '' && (trimmed.charCodeAt(0) < 0x80 || trimmed.replace(INVISIBLE, '').trim() !== '');
};

/** Whether there is anything to see: blanks and line breaks alone are no block. */
export const hasContent = (runs: readonly Run[]): boolean => runs.some(isVisible);

/** Whether there is something to see, and all of it is of a kind. */
const allVisible = (runs: readonly Run[], isOfKind: (run: Run) => boolean): boolean => {
  let hasAny = false;
  for (const run of runs) {
    if (!isVisible(run)) continue;
    if (!isOfKind(run)) return false;
    hasAny = true;
  }
  return hasAny;
};

const isPlaceholder = ({ kind }: Run): boolean => kind === 'placeholder';
const isBold = ({ marks }: Run): boolean => (marks & BOLD) !== 0;

export const isOnlyPlaceholder = (runs: readonly Run[]): boolean => allVisible(runs, isPlaceholder);
export const isAllBold = (runs: readonly Run[]): boolean => allVisible(runs, isBold);

/** Whether all text is struck; a placeholder or an image beside it does not count. */
export const isStruck = (runs: readonly Run[]): boolean => {
  let hasText = false;
  for (const run of runs) {
    if (isUnread(run) || !isVisible(run)) continue;
    if ((run.marks & STRUCK) === 0) return false;
    hasText = true;
  }
  return hasText;
};

const isBreak = ({ kind }: Run): boolean => kind === 'break';

/** The runs of each line, without empty lines. */
export const linesOf = (runs: readonly Run[]): (readonly Run[])[] => {
  if (!runs.some(isBreak)) return hasContent(runs) ? [runs] : [];
  const lines: Run[][] = [];
  let line: Run[] = [];
  for (const run of runs)
    if (run.kind !== 'break') line.push(run);
    else {
      if (hasContent(line)) lines.push(line);
      line = [];
    }
  if (hasContent(line)) lines.push(line);
  return lines;
};

/** The plain text of a line before normalisation: positions in it count for `slice`. */
export const rawText = (runs: readonly Run[]): string => {
  let text = '';
  for (const run of runs) if (isPlain(run)) text += run.text;
  return text;
};

/** How much of a line's raw text a run is. */
export const rawLength = (run: Run): number => (isPlain(run) ? run.text.length : 0);

/** A part of a line, by positions in its raw text. */
export const slice = (runs: readonly Run[], start: number, end = Number.POSITIVE_INFINITY): Run[] => {
  const part: Run[] = [];
  let at = 0;
  for (const run of runs) {
    const length = rawLength(run);
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, length);
    if (length === 0 ? at >= start && at <= end : from < to)
      part.push(from === 0 && to === length ? run : { ...run, text: run.text.slice(from, to) });
    at += length;
  }
  return part;
};
