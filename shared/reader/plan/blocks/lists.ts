import { label } from '../../../domain/planning/text.ts';
import { listLine, paragraph } from '../../markdown.ts';
import type { Content, List, ListItem } from '../../storage/blocks.ts';
import { hasContent, linesOf, plainText } from '../../storage/line.ts';
import { type Label, labelOf } from '../../words/label.ts';
import { type LevelWord, sections } from '../../words/lexicon.ts';
import { criterionOf } from '../fields/acceptance.ts';
import { setLabelled, setOutside } from '../fields/labels.ts';
import { labelsOf } from '../fields/lines.ts';
import { describeIn } from '../fields/panels.ts';
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
  readItems(page, list, scope, 0, scope.section !== undefined || scope.item === undefined);
};

const readContext = (page: Page, item: ListItem, scope: Scope): void => {
  const reason = reasonOfText(item);
  if (reason !== undefined) ignore(item.block, reason);
  else
    for (const line of linesOf(item.runs))
      for (const { label, value } of labelsOf(line)) setOutside(page, label, lineValue(value).text);
  readNested(page, item.nested, scope, 0);
};

const readNested = (page: Page, nested: readonly Content[], scope: Scope, depth: number): void => {
  for (const content of nested)
    if (content.kind !== 'list') page.readOutline(outlineOf([content], page.keys), scope);
    else if (scope.item === undefined && scope.section === undefined)
      for (const item of content.items) readContext(page, item, scope);
    else readItems(page, content, scope, depth, scope.section !== undefined);
};

/** Reads the items of a list. `isTop`: each is an item of the plan unless it is something else. */
const readItems = (page: Page, list: List, scope: Scope, depth: number, isTop: boolean): void => {
  for (const [at, item] of list.items.entries()) {
    const number = list.isOrdered ? at + 1 : undefined;
    const reason = hasContent(item.runs) ? reasonOfText(item) : undefined;
    if (reason === 'struck') ignoreAll([{ ...list, items: [item] }], reason);
    else if (reason !== undefined || !hasContent(item.runs)) {
      if (reason !== undefined) ignore(item.block, reason);
      readNested(page, item.nested, scope, depth);
    } else if (isTop) readTopItem(page, item, scope);
    else readInner(page, item, scope, { depth, number });
  }
};

const readTopItem = (page: Page, item: ListItem, scope: Scope): void => {
  const line = lineOf(page, item, true);
  if (isReference(page, line)) {
    if (scope.item !== undefined) markField(item.block);
    readNested(page, item.nested, { ...scope, section: undefined }, 0);
    return;
  }
  if (line.head === undefined) {
    const label = labelIn(line, item);
    if (label !== undefined && (scope.item === undefined ? 'role' in label : isLabelOn(scope.item, label))) {
      readLabel(page, item, { ...scope, section: undefined }, { depth: 0, number: undefined });
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
  const inner: Scope = { ...scope, item: draft, section: undefined, isDirect: false, panels: [] };
  if (hasContent(after)) describeIn(inner, draft, paragraph(after));
  const awaited = readLines(rest, inner, draft);
  takeNested(page, item.nested, awaited, inner, 0);
};

/** Reads what is nested in a list item, of which the first list may be the value of a label. */
const takeNested = (
  page: Page,
  nested: readonly Content[],
  awaited: Label | undefined,
  scope: Scope,
  depth: number,
): void => {
  const [first, ...others] = nested;
  const isValue = awaited !== undefined && first?.kind === 'list' && scope.item !== undefined;
  if (!isValue || !setLabelled(scope.item as Draft, awaited, asValue([first]))) {
    readNested(page, nested, scope, depth);
    return;
  }
  takeBlocks([first], 'field');
  readNested(page, others, scope, depth);
};

type Place = { depth: number; number: number | undefined };

/** A list item inside an item: a child, a list of children, a label, or text. */
const readInner = (page: Page, item: ListItem, scope: Scope, place: Place): void => {
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
    readLabel(page, item, scope, place);
    return;
  }
  readText(page, item, scope, place);
};

const readAnnounced = (page: Page, item: ListItem, scope: Scope, section: LevelWord): void =>
  readNested(page, item.nested, { ...scope, section, isDirect: true }, 0);

/** A list item that is a label, with its value in the line or nested in it. */
const readLabel = (page: Page, item: ListItem, scope: Scope, { depth }: Place): void => {
  const draft = scope.item;
  if (draft === undefined) {
    readContext(page, item, scope);
    return;
  }
  markField(item.block);
  const lines = linesOf(item.runs);
  const named = labelsOf(lines[0] ?? []).length === 0 ? labelOf(plainText(item.runs)) : undefined;
  const awaited = named ?? readLines(lines, scope, draft);
  takeNested(page, item.nested, awaited ?? continued(lines), scope, depth + 1);
};

/** Text of an item: a criterion, if it is a task of a feature or a story; else description. */
const readText = (page: Page, item: ListItem, scope: Scope, place: Place): void => {
  const draft = scope.item as Draft;
  markField(item.block);
  if (item.task !== undefined && (draft.level === 'feature' || draft.level === 'story')) {
    draft.acceptance.push(criterionOf(item));
    takeBlocks(item.nested, 'field');
    return;
  }
  describeIn(scope, draft, listLine(item, place), true);
  draft.mentions.push(plainText(item.runs));
  readNested(page, item.nested, scope, place.depth + 1);
};
