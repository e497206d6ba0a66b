import { label, outlineEnd } from '../../../domain/planning/text.ts';
import { fenced, inline } from '../../markdown.ts';
import type { Content } from '../../storage/blocks.ts';
import { localIdOf } from '../../storage/elements.ts';
import { isBlank, type Label, labelOf } from '../../words/label.ts';
import { sections } from '../../words/lexicon.ts';
import { periodOf } from '../../words/period.ts';
import { asValue } from '../fields/fields.ts';
import { setLabelled, setOutside } from '../fields/labels.ts';
import { hasStrong, ownLabels } from '../fields/own-labels.ts';
import { describeIn } from '../fields/panels.ts';
import { ignoreAll, reasonOfHeading, reasonOfItem, reasonOfText } from '../ignored.ts';
import { addDraft } from '../items/add-draft.ts';
import type { Draft } from '../items/draft.ts';
import { titleOf } from '../items/title.ts';
import type { Outline, Section } from '../outline.ts';
import { ignore, inPeriod, markField, type Page, readHead, type Scope } from '../page.ts';
import { readTable } from '../tables/tables.ts';
import { takeBlocks } from '../taken.ts';
import { readList } from './lists.ts';
import { isLabelled, readParagraph } from './paragraphs.ts';

const PANELS = new Set(['info', 'note', 'warning', 'tip', 'panel']);

/** Reads what stands below a heading, or the page itself. */
export const readOutline = (page: Page, children: readonly Outline[], scope: Scope): void => {
  let awaited: Label | undefined;
  for (const node of children) {
    const label = awaited;
    awaited = undefined;
    if (label !== undefined && takeAwaited(page, node, label, scope)) continue;
    switch (node.kind) {
      case 'section':
        readSection(page, node, scope);
        break;
      case 'outline-box':
        readOutline(page, node.children, boxScope(node.box.name, scope));
        break;
      case 'paragraph':
        awaited = readParagraph(page, node, scope);
        break;
      case 'list':
        readList(page, node, scope);
        break;
      case 'table':
        readTable(page, node, scope);
        break;
      case 'code':
        if (scope.item === undefined) ignore(node.block, 'code');
        else {
          describeIn(scope, scope.item, fenced(node.text, node.language));
          markField(node.block);
        }
    }
  }
};

/** Gives a label whose value is empty the paragraph or list after it. */
const takeAwaited = (page: Page, node: Outline, label: Label, { item }: Scope): boolean => {
  if (node.kind !== 'paragraph' && node.kind !== 'list') return false;
  if (node.kind === 'paragraph' && isLabelled(node)) return false;
  if (item === undefined) {
    // A warning about criteria without an item was given at the label.
    if (node.kind === 'paragraph' && 'role' in label && label.role !== 'ac')
      setOutside(page, label, node.text);
    return false;
  }
  const isTaken = setLabelled(item, label, asValue([node]));
  if (isTaken) takeBlocks([node], 'field');
  return isTaken;
};

const boxScope = (name: string, scope: Scope): Scope => ({
  ...scope,
  isProperties: scope.isProperties || name === 'details',
  panels: PANELS.has(name) ? [...scope.panels, { name, isNamed: false, within: scope.item }] : scope.panels,
});

/** What a heading is, and then what stands below it. */
const readSection = (page: Page, section: Section, scope: Scope): void => {
  const { head, children } = section;
  const inner: Scope = scope.isDirect ? { ...scope, isDirect: false } : scope;
  const text = reasonOfText(head);
  if (text === 'placeholder') {
    ignore(head.block, text);
    readOutline(page, children, inner);
    return;
  }
  const words = label(head.text);
  const reason = text ?? reasonOfHeading(head, words);
  if (reason !== undefined) {
    ignoreAll([section], reason);
    return;
  }

  if (scope.item === undefined) page.headings.push(words);
  const announced = sections.get(words);
  if (announced !== undefined) {
    readOutline(page, children, { ...inner, section: announced, isDirect: true });
    return;
  }

  const title = titleOf(head.runs, page.keys);
  const named = readHead(page, title);
  const own =
    named === undefined && !(scope.isDirect && scope.section !== undefined && title.text !== '')
      ? undefined
      : ownLabels(children);
  if (own !== undefined && (named !== undefined || hasStrong(own))) {
    const said = {
      ...own,
      status: [...own.status, title.status ?? ''],
      priority: [...own.priority, title.priority ?? ''],
    };
    const left = reasonOfItem(named?.title ?? title.text, said);
    if (left !== undefined) {
      ignoreAll([section], left);
      return;
    }
    const draft = addSectionDraft(page, section, { ...inner, title, named });
    readOutline(page, children, { ...inner, item: draft, section: undefined, panels: [] });
    return;
  }
  const period = periodOf(head.text);
  if (period !== undefined) {
    readOutline(page, children, inPeriod(inner, period));
    return;
  }
  readUnnamed(page, section, words, inner);
};

type Named = Scope & { title: ReturnType<typeof titleOf>; named: ReturnType<typeof readHead> };

const addSectionDraft = (page: Page, { head, box }: Section, { title, named, ...scope }: Named): Draft =>
  addDraft(page, {
    title: named === undefined ? { ...title, text: title.text.slice(outlineEnd(title.text)) } : title,
    hints: { head: named, section: scope.section },
    scope,
    block: head.block,
    localId: head.element && localIdOf(head.element),
    box: box?.element.attributes['ac:macro-id'],
    span: head.element ?? box?.element,
  });

/** A heading that is neither an item nor a list of items: a label, or text. */
const readUnnamed = (page: Page, section: Section, words: string, scope: Scope): void => {
  const { head, children } = section;
  const { item } = scope;
  const named = labelOf(head.text, words);
  const isLabel = named !== undefined && 'role' in named;
  if (item === undefined) {
    if (isLabel && named.role === 'ac') setOutside(page, named, '');
    readOutline(page, children, isLabel ? { ...scope, section: undefined } : scope);
    return;
  }
  markField(head.block);
  if (isLabel && children.length > 0) {
    const value = asValue(contentsOf(children));
    if (named.role === 'description') {
      readOutline(page, children, { ...scope, section: undefined });
      return;
    }
    if (!isBlank(value.text) && setLabelled(item, named, value)) {
      takeBlocks(children, 'field');
      return;
    }
  }
  describeIn(scope, item, `**${inline(head.runs)}**`);
  readOutline(page, children, scope);
};

/** What stands below a heading, as the value of the label that the heading is. */
const contentsOf = (children: readonly Outline[]): Content[] =>
  children.flatMap((node): Content[] => {
    if (node.kind === 'section') return [{ kind: 'paragraph', ...node.head }, ...contentsOf(node.children)];
    if (node.kind === 'outline-box') return contentsOf(node.children);
    return [node];
  });
