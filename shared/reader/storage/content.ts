import type { XmlElement } from '@rgrove/parse-xml';
import type { Block, Cell, Content, List, ListItem, Row, Table, Task, Text } from './blocks.ts';
import { allRuns, rowText } from './deep-runs.ts';
import { childOf, isElement, isText, macroName, type Node, parameterOf, plainBody } from './elements.ts';
import { fullText, hasContent, plainText } from './line.ts';
import { isBlock, isLine, isMacro, type Run, runsOf, type Users } from './runs.ts';
import { unreadable } from './unreadable.ts';

const RANKS = new Map([1, 2, 3, 4, 5, 6].map((rank) => [`h${rank}`, rank]));
const CODE_MACROS = new Set(['code', 'noformat']);
const TITLED = new Set(['expand', 'info', 'note', 'warning', 'tip', 'panel']);
const PANEL_TYPES = new Set(['info', 'note', 'warning', 'tip', 'panel']);
/** Elements whose children are read as if they stood in its place. */
const TRANSPARENT = new Set([
  'div',
  'blockquote',
  'ac:layout',
  'ac:layout-cell',
  'ac:rich-text-body',
  'ac:adf-content',
]);

/** Reads a tree into its blocks. Those that count go to `blocks` too, in the order of the page. */
export const contentOf = (root: XmlElement, users: Users, blocks: Block[]): Content[] =>
  new Reader(users, blocks).read(root.children);

/** The content of a cell, which belongs to its row and does not count. */
export const contentOfCell = (cell: Cell, users: Users): Content[] =>
  new Reader(users, []).read(cell.element.children);

class Reader {
  readonly #users: Users;
  readonly #blocks: Block[];

  constructor(users: Users, blocks: Block[]) {
    this.#users = users;
    this.#blocks = blocks;
  }

  read(nodes: readonly Node[]): Content[] {
    const content: Content[] = [];
    this.#addAll(nodes, content);
    return content;
  }

  #addAll(nodes: readonly Node[], content: Content[]): void {
    let loose: Node[] = [];
    for (const node of nodes) {
      if (isText(node) || (isElement(node) && !this.#standsAlone(node))) {
        // Between blocks there is often a line end, which is no text.
        if (loose.length > 0 || !isText(node) || node.text.trim() !== '') loose.push(node);
        continue;
      }
      if (loose.length > 0) {
        this.#addText(loose, undefined, content);
        loose = [];
      }
      if (isElement(node)) this.#add(node, content);
    }
    if (loose.length > 0) this.#addText(loose, undefined, content);
  }

  #standsAlone(element: XmlElement): boolean {
    return (
      isBlock(element) ||
      isLine(element) ||
      TRANSPARENT.has(element.name) ||
      element.name === 'ac:layout-section'
    );
  }

  #add(element: XmlElement, content: Content[]): void {
    const { name } = element;
    if (TRANSPARENT.has(name)) {
      this.#addAll(element.children, content);
      return;
    }
    if (isMacro(element)) {
      this.#addMacro(element, content);
      return;
    }
    const rank = RANKS.get(name);
    if (rank !== undefined) {
      this.#addHeading(element, rank, content);
      return;
    }
    switch (name) {
      case 'p':
        this.#addText(element.children, element, content);
        return;
      case 'ul':
      case 'ol':
      case 'ac:task-list':
        this.#addList(element, content);
        return;
      case 'table':
        this.#addTable(element, content);
        return;
      case 'pre':
        this.#addCode(element.text, '', content);
        return;
      case 'ac:layout-section':
        this.#addLayout(element, content);
        return;
      case 'ac:adf-extension':
        this.#addExtension(element, content);
        return;
    }
  }

  #block(quote: () => string): Block {
    const block: Block = { class: 'context', quote };
    this.#blocks.push(block);
    return block;
  }

  #quoted(runs: readonly Run[]): Block {
    return this.#block(() => fullText(runs));
  }

  #addText(nodes: readonly Node[], element: XmlElement | undefined, content: Content[]): void {
    const inner: XmlElement[] = [];
    const runs = runsOf(nodes, this.#users, inner);
    if (hasContent(runs))
      content.push({ kind: 'paragraph', runs, text: plainText(runs), block: this.#quoted(runs), element });
    for (const block of inner) this.#add(block, content);
  }

  #addHeading(element: XmlElement, rank: number, content: Content[]): void {
    const inner: XmlElement[] = [];
    const runs = runsOf(element.children, this.#users, inner);
    if (hasContent(runs))
      content.push({
        kind: 'heading',
        rank,
        runs,
        text: plainText(runs),
        block: this.#quoted(runs),
        element,
      });
    for (const block of inner) this.#add(block, content);
  }

  #addList(element: XmlElement, content: Content[]): void {
    const list: List = { kind: 'list', isOrdered: element.name === 'ol', items: [] };
    for (const child of element.children) {
      if (!isElement(child)) continue;
      if (child.name === 'li' || child.name === 'ac:task') list.items.push(this.#listItem(child));
      else if (isBlock(child) && list.items.length > 0) this.#add(child, list.items.at(-1)?.nested ?? []);
    }
    if (list.items.length > 0) content.push(list);
  }

  #listItem(element: XmlElement): ListItem {
    const task = taskOf(element);
    const nodes = task === undefined ? element.children : (childOf(element, 'ac:task-body')?.children ?? []);
    const inner: XmlElement[] = [];
    const nested: Content[] = [];
    const runs = runsOf(nodes, this.#users, inner);
    const isSeen = hasContent(runs);
    const block = isSeen ? this.#quoted(runs) : uncounted();
    for (const one of inner) this.#add(one, nested);
    return { runs: isSeen ? runs : [], text: plainText(runs), block, element, nested, task };
  }

  #addTable(element: XmlElement, content: Content[]): void {
    const table: Table = { kind: 'table', element, rows: [] };
    for (const part of element.children) {
      if (!isElement(part)) continue;
      if (part.name === 'tr') table.rows.push(this.#row(part, false));
      else
        for (const row of part.children)
          if (isElement(row) && row.name === 'tr') table.rows.push(this.#row(row, part.name === 'thead'));
    }
    if (table.rows.length > 0) content.push(table);
  }

  #row(element: XmlElement, isHead: boolean): Row {
    const cells: Cell[] = [];
    for (const child of element.children) {
      if (!isElement(child) || (child.name !== 'td' && child.name !== 'th')) continue;
      const blocks: XmlElement[] = [];
      const runs = runsOf(child.children, this.#users, blocks);
      const cell: Cell = { element: child, isHeader: child.name === 'th', runs, text: '', blocks };
      cell.text = plainText(allRuns(cell, this.#users));
      cells.push(cell);
    }
    return { element, block: this.#block(() => rowText(cells, this.#users)), cells, isHead };
  }

  #addCode(text: string, language: string, content: Content[]): void {
    if (text.trim() !== '') content.push({ kind: 'code', block: this.#block(() => text), language, text });
  }

  #addLayout(section: XmlElement, content: Content[]): void {
    const cells = section.children.filter(isElement).filter(({ name }) => name === 'ac:layout-cell');
    if (cells.length < 2) {
      this.#addAll(section.children, content);
      return;
    }
    content.push({ kind: 'columns', columns: cells.map((cell) => this.read(cell.children)) });
  }

  #addExtension(extension: XmlElement, content: Content[]): void {
    for (const node of extension.children) {
      if (!isElement(node) || node.name !== 'ac:adf-node') continue;
      const attribute = node.children
        .filter(isElement)
        .find(({ attributes }) => attributes.key === 'panel-type');
      const type = attribute?.text.trim() ?? 'panel';
      const name = PANEL_TYPES.has(type) ? type : 'panel';
      const body = childOf(node, 'ac:adf-content');
      if (body !== undefined)
        content.push({
          kind: 'box',
          name,
          element: extension,
          title: undefined,
          content: this.read(body.children),
        });
    }
  }

  #addMacro(macro: XmlElement, content: Content[]): void {
    const name = macroName(macro);
    if (CODE_MACROS.has(name)) {
      this.#addCode(plainBody(macro), parameterOf(macro, 'language') ?? '', content);
      return;
    }
    const body = childOf(macro, 'ac:rich-text-body');
    if (body === undefined) {
      Object.assign(
        this.#block(() => name),
        unreadable(macro),
      );
      return;
    }
    const title = TITLED.has(name) ? this.#title(macro) : undefined;
    content.push({ kind: 'box', name, element: macro, title, content: this.read(body.children) });
  }

  #title(macro: XmlElement): Text | undefined {
    const text = parameterOf(macro, 'title') ?? '';
    const run: Run = { kind: 'text', text, marks: 0 };
    return hasContent([run])
      ? {
          runs: [run],
          text: plainText([run]),
          block: this.#block(() => plainText([run])),
          element: undefined,
        }
      : undefined;
  }
}

const uncounted = (): Block => ({ class: 'context', quote: () => '' });

const taskOf = (element: XmlElement): Task | undefined => {
  if (element.name !== 'ac:task') return undefined;
  const textOf = (name: string) => childOf(element, name)?.text.trim() || undefined;
  return {
    id: textOf('ac:task-id'),
    uuid: textOf('ac:task-uuid'),
    done: textOf('ac:task-status') === 'complete',
  };
};
