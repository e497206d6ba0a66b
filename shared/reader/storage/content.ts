import type { XmlElement } from '@rgrove/parse-xml';
import type { Block, Cell, Content, List, ListItem, Text } from './blocks.ts';
import { boxTitle, panelsIn } from './boxes.ts';
import { childOf, isElement, isText, macroName, type Node, parameterOf, plainBody } from './elements.ts';
import { isBlock, isMacro, RANKS, standsAlone, TRANSPARENT } from './kinds.ts';
import { fullText, hasContent, plainText } from './line.ts';
import { rowsOf } from './rows.ts';
import { type Run, runsOf, type Users } from './runs.ts';
import { taskOf } from './tasks.ts';
import { unreadable } from './unreadable.ts';

const LISTS = new Set(['ul', 'ol', 'ac:task-list']);
const CODE_MACROS = new Set(['code', 'noformat']);
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
      if (isText(node) || (isElement(node) && !standsAlone(node))) {
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

  #add(element: XmlElement, content: Content[]): void {
    const { name, children } = element;
    if (TRANSPARENT.has(name)) this.#addAll(children, content);
    else if (isMacro(element)) this.#addMacro(element, content);
    else if (name === 'p' || RANKS.has(name)) this.#addText(children, element, content, RANKS.get(name));
    else if (LISTS.has(name)) this.#addList(element, content);
    else if (name === 'table') this.#addTable(element, content);
    else if (name === 'pre') this.#addCode(element.text, '', content);
    else if (name === 'ac:layout-section') this.#addLayout(element, content);
    else if (name === 'ac:adf-extension') this.#addExtension(element, content);
  }

  #block(quote: () => string): Block {
    const block: Block = { class: 'context', quote };
    this.#blocks.push(block);
    return block;
  }

  #quoted(runs: readonly Run[]): Block {
    return this.#block(() => fullText(runs));
  }

  /** Adds a line of text, and then the blocks that stand in it. */
  #addText(nodes: readonly Node[], element: XmlElement | undefined, content: Content[], rank?: number): void {
    const inner: XmlElement[] = [];
    const runs = runsOf(nodes, this.#users, inner);
    if (hasContent(runs)) {
      const text = { runs, text: plainText(runs), block: this.#quoted(runs), element };
      content.push(rank === undefined ? { kind: 'paragraph', ...text } : { kind: 'heading', rank, ...text });
    }
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
    const rows = rowsOf(element, this.#users, (quote) => this.#block(quote));
    if (rows.length > 0) content.push({ kind: 'table', element, rows });
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

  #addExtension(element: XmlElement, content: Content[]): void {
    for (const { name, body } of panelsIn(element))
      content.push({ kind: 'box', name, element, title: undefined, content: this.read(body.children) });
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
    const title = this.#title(boxTitle(macro, name));
    content.push({ kind: 'box', name, element: macro, title, content: this.read(body.children) });
  }

  #title(text: string): Text | undefined {
    const runs: Run[] = [{ kind: 'text', text, marks: 0 }];
    if (!hasContent(runs)) return undefined;
    return { runs, text: plainText(runs), block: this.#block(() => plainText(runs)), element: undefined };
  }
}

const uncounted = (): Block => ({ class: 'context', quote: () => '' });
