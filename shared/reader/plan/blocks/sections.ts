import { label, outlineEnd } from '../../../domain/planning/text.ts';
import { inline } from '../../markdown/line.ts';
import type { Content } from '../../storage/blocks.ts';
import { localIdOf } from '../../storage/elements.ts';
import { isBlank, labelOf } from '../../words/label.ts';
import { sections } from '../../words/lexicon.ts';
import { periodOf } from '../../words/period.ts';
import { describeIn } from '../fields/describe.ts';
import { setLabelled, setOutside } from '../fields/labels.ts';
import { hasStrong, ownLabels } from '../fields/own-labels.ts';
import { asValue } from '../fields/value.ts';
import { ignoreAll, reasonOfHeading, reasonOfItem, reasonOfText } from '../ignored.ts';
import { addDraft } from '../items/add-draft.ts';
import type { Draft } from '../items/draft.ts';
import { titleOf } from '../items/title.ts';
import type { Outline, Section } from '../outline.ts';
import { ignore, inPeriod, markField, type Page, readHead, type Scope } from '../page.ts';
import { takeBlocks } from '../taken.ts';

/** What a heading is, and then what stands below it. */
export const readSection = (page: Page, section: Section, scope: Scope): void => {
  const { head, children } = section;
  const inner: Scope = scope.isDirect ? { ...scope, isDirect: false } : scope;
  const text = reasonOfText(head);
  if (text === 'placeholder') {
    ignore(head.block, text);
    page.readOutline(children, inner);
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
    page.readOutline(children, { ...inner, section: announced, isDirect: true });
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
    page.readOutline(children, { ...inner, item: draft, section: undefined, containers: [] });
    return;
  }
  const period = periodOf(head.text);
  if (period !== undefined) {
    page.readOutline(children, inPeriod(inner, period));
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
    page.readOutline(children, isLabel ? { ...scope, section: undefined } : scope);
    return;
  }
  markField(head.block);
  if (isLabel && children.length > 0) {
    const value = asValue(contentsOf(children));
    if (named.role === 'description') {
      page.readOutline(children, { ...scope, section: undefined });
      return;
    }
    if (!isBlank(value.text) && setLabelled(item, named, value)) {
      takeBlocks(children, 'field');
      return;
    }
  }
  describeIn(scope, item, `**${inline(head.runs)}**`);
  page.readOutline(children, scope);
};

/** What stands below a heading, as the value of the label that the heading is. */
const contentsOf = (children: readonly Outline[]): Content[] =>
  children.flatMap((node): Content[] => {
    if (node.kind === 'section') return [{ kind: 'paragraph', ...node.head }, ...contentsOf(node.children)];
    if (node.kind === 'outline-box') return contentsOf(node.children);
    return [node];
  });
