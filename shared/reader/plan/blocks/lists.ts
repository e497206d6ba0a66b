import { label } from '../../../domain/planning/text.ts';
import { itemLine, markOf } from '../../markdown/blocks.ts';
import { paragraph } from '../../markdown/line.ts';
import type { Content, List, ListItem } from '../../storage/blocks.ts';
import { hasContent, linesOf, plainText } from '../../storage/line.ts';
import { type Label, labelOf } from '../../words/label.ts';
import { type LevelWord, sections } from '../../words/lexicon.ts';
import { criterionOf } from '../fields/acceptance.ts';
import { describeIn } from '../fields/describe.ts';
import { setLabelled, setOutside } from '../fields/labels.ts';
import { labelsOf } from '../fields/lines.ts';
import { asValue, lineValue } from '../fields/value.ts';
import { ignoreAll, reasonOfText } from '../ignored.ts';
import type { Draft } from '../items/draft.ts';
import { outlineOf } from '../outline.ts';
import { ignore, markField, type Page, type Scope } from '../page.ts';
import { takeBlocks } from '../taken.ts';
import { listDraft } from './list-draft.ts';
import {
  continued,
  isChild,
  isLabelIn,
  isLabelOn,
  isListOfHeads,
  isReference,
  type Line,
  labelIn,
  lineOf,
} from './list-line.ts';
import { readLines } from './paragraphs.ts';

/** Reads a list: of items under a section's heading, of fields, children and text in an item, else of context. */
export const readList = (page: Page, list: List, scope: Scope): void => {
  if (scope.section === undefined && scope.item === undefined && !isListOfHeads(page, list)) {
    for (const item of list.items) readContext(page, item, scope);
    return;
  }
  readItems(page, list, scope, scope.section !== undefined || scope.item === undefined);
};

const readContext = (page: Page, item: ListItem, scope: Scope): void => {
  const reason = reasonOfText(item);
  if (reason !== undefined) ignore(item.block, reason);
  else
    for (const line of linesOf(item.runs))
      for (const { label, value } of labelsOf(line)) setOutside(page, label, lineValue(value).text);
  readNested(page, item.nested, scope);
};

const readNested = (page: Page, nested: readonly Content[], scope: Scope): void => {
  for (const content of nested)
    if (content.kind !== 'list') page.readOutline(outlineOf([content], page.keys), scope);
    else if (scope.item === undefined && scope.section === undefined)
      for (const item of content.items) readContext(page, item, scope);
    else readItems(page, content, scope, scope.section !== undefined);
};

/** Reads the items of a list. `isTop`: each is an item of the plan unless it is something else. */
const readItems = (page: Page, list: List, scope: Scope, isTop: boolean): void => {
  for (const [at, item] of list.items.entries()) {
    const number = list.isOrdered ? at + 1 : undefined;
    const reason = hasContent(item.runs) ? reasonOfText(item) : undefined;
    if (reason === 'struck') ignoreAll([{ ...list, items: [item] }], reason);
    else if (reason !== undefined || !hasContent(item.runs)) {
      if (reason !== undefined) ignore(item.block, reason);
      readNested(page, item.nested, scope);
    } else if (isTop) readTopItem(page, item, scope);
    else readInner(page, item, scope, number);
  }
};

const readTopItem = (page: Page, item: ListItem, scope: Scope): void => {
  const line = lineOf(page, item, true);
  if (isReference(page, line)) {
    if (scope.item !== undefined) markField(item.block);
    readNested(page, item.nested, { ...scope, section: undefined });
    return;
  }
  if (line.head === undefined) {
    const label = labelIn(line, item);
    if (label !== undefined && (scope.item === undefined ? 'role' in label : isLabelOn(scope.item, label))) {
      readLabel(page, item, { ...scope, section: undefined });
      return;
    }
  }
  addListDraft(page, item, line, scope, scope.section);
};

const addListDraft = (
  page: Page,
  item: ListItem,
  line: Line,
  scope: Scope,
  section: LevelWord | undefined,
): void => {
  const draft = listDraft(page, item, line, { ...scope, section });
  if (draft === undefined) return;
  const { after, rest } = line;
  const inner: Scope = { ...scope, item: draft, section: undefined, isDirect: false, containers: [] };
  if (hasContent(after)) describeIn(inner, draft, paragraph(after));
  const awaited = readLines(rest, inner, draft);
  takeNested(page, item.nested, awaited, inner);
};

/** Reads what is nested in a list item, of which the first list may be the value of a label. */
const takeNested = (
  page: Page,
  nested: readonly Content[],
  awaited: Label | undefined,
  scope: Scope,
): void => {
  const [first, ...others] = nested;
  const isValue = awaited !== undefined && first?.kind === 'list' && scope.item !== undefined;
  if (!isValue || !setLabelled(scope.item as Draft, awaited, asValue([first]))) {
    readNested(page, nested, scope);
    return;
  }
  takeBlocks([first], 'field');
  readNested(page, others, scope);
};

/** A list item inside an item: a child, a list of children, a label, or text. */
const readInner = (page: Page, item: ListItem, scope: Scope, number: number | undefined): void => {
  const draft = scope.item as Draft;
  const line = lineOf(page, item, false);
  if (isChild(page, line, draft)) {
    addListDraft(page, item, line, scope, line.head === undefined ? 'story' : undefined);
    return;
  }
  const announced = sections.get(label(line.title.quote));
  if (announced !== undefined && item.nested.length > 0) {
    readAnnounced(page, item, scope, announced);
    return;
  }
  const named = labelIn(line, item);
  if (named !== undefined && isLabelIn(draft, line, named)) {
    readLabel(page, item, scope);
    return;
  }
  readText(page, item, scope, number);
};

const readAnnounced = (page: Page, item: ListItem, scope: Scope, section: LevelWord): void =>
  readNested(page, item.nested, { ...scope, section, isDirect: true });

/** A list item that is a label, with its value in the line or nested in it. */
const readLabel = (page: Page, item: ListItem, scope: Scope): void => {
  const draft = scope.item;
  if (draft === undefined) {
    readContext(page, item, scope);
    return;
  }
  markField(item.block);
  const lines = linesOf(item.runs);
  const named = labelsOf(lines[0] ?? []).length === 0 ? labelOf(plainText(item.runs)) : undefined;
  const awaited = named ?? readLines(lines, scope, draft);
  takeNested(page, item.nested, awaited ?? continued(lines), scope);
};

/** Text of an item: a criterion, if it is a task of a feature or a story; else description. */
const readText = (page: Page, item: ListItem, scope: Scope, number: number | undefined): void => {
  const draft = scope.item as Draft;
  markField(item.block);
  if (item.task !== undefined && (draft.level === 'feature' || draft.level === 'story')) {
    draft.acceptance.push(criterionOf(item));
    takeBlocks(item.nested, 'field');
    return;
  }
  const container = { kind: 'list-item' as const, mark: markOf(number), within: draft };
  const inner: Scope = { ...scope, containers: [...scope.containers, container] };
  describeIn(inner, draft, itemLine(item));
  draft.mentions.push(plainText(item.runs));
  readNested(page, item.nested, inner);
};
