import type { XmlElement } from '@rgrove/parse-xml';
import { isElement, isText, macroName, type Node, parameterOf } from './elements.ts';
import { isBlock, isLine, UNSEEN } from './kinds.ts';
import { imageOf, linkOf } from './links.ts';

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

const MARKS = new Map(
  Object.entries({
    strong: BOLD,
    b: BOLD,
    em: ITALIC,
    i: ITALIC,
    code: CODE,
    tt: CODE,
    del: STRUCK,
    s: STRUCK,
    strike: STRUCK,
  }),
);

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
  const node = nodes[0];
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
  const own = MARKS.get(name) ?? (attributes.style?.includes('line-through') === true ? STRUCK : 0);
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

const addLink = (link: XmlElement, marks: number, sink: Sink): void => {
  const { user, body, title, file } = linkOf(link);
  const href = file === undefined ? undefined : PAGE;
  if (user !== undefined) add(sink, 'mention', nameOf(user, sink.users), marks, undefined);
  else if (body !== undefined) addAll(body.children, marks, href, sink);
  else if (title !== undefined) add(sink, 'text', title, marks, href);
};
