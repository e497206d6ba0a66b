import { levels } from '../../../domain/planning/plan.ts';
import { display, label } from '../../../domain/planning/text.ts';
import { listLine, paragraph } from '../../markdown.ts';
import type { Content, List, ListItem } from '../../storage/blocks.ts';
import { localIdOf } from '../../storage/elements.ts';
import { hasContent, linesOf, plainText } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import { type Head, isLead } from '../../words/head.ts';
import { onlyKey } from '../../words/keys.ts';
import { type Label, labelOf } from '../../words/label.ts';
import { type LevelWord, sections } from '../../words/lexicon.ts';
import { userVoiceOf } from '../../words/user-voice.ts';
import { enablerTypeOf } from '../../words/values.ts';
import { criterionOf } from '../fields/acceptance.ts';
import { asValue, lineValue } from '../fields/fields.ts';
import { roleOn, setLabelled, setOutside } from '../fields/labels.ts';
import { boldLead, labelsOf } from '../fields/lines.ts';
import { nestedLabels } from '../fields/own-labels.ts';
import { describeIn } from '../fields/panels.ts';
import { ignoreAll, reasonOfItem, reasonOfText } from '../ignored.ts';
import { addDraft } from '../items/add-draft.ts';
import type { Draft } from '../items/draft.ts';
import { classify } from '../items/level.ts';
import { titleOf } from '../items/title.ts';
import { outlineOf } from '../outline.ts';
import { ignore, markField, type Page, readHead, type Scope } from '../page.ts';
import { takeBlocks } from '../taken.ts';
import { readLines } from './paragraphs.ts';
import { readOutline } from './sections.ts';

/** Reads a list: of items under a section's heading, of fields, children and text in an item, else of context. */
export const readList = (page: Page, list: List, scope: Scope): void => {
  if (scope.section === undefined && scope.item === undefined && !isListOfHeads(page, list)) {
    for (const item of list.items) readContext(page, item, scope);
    return;
  }
  readItems(page, list, scope, 0, scope.section !== undefined || scope.item === undefined);
};

/** Whether a list outside all items and sections is one of items: two at least, and each says what it is. */
const isListOfHeads = (page: Page, { items }: List): boolean => {
  const said = items.filter((item) => hasContent(item.runs) && reasonOfText(item) === undefined);
  return (
    said.length >= 2 &&
    said.every((item) => readHead(page, titleOf(firstLine(item), page.keys)) !== undefined)
  );
};

const firstLine = ({ runs }: ListItem): readonly Run[] => linesOf(runs)[0] ?? [];

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
    if (content.kind !== 'list') readOutline(page, outlineOf([content], page.keys), scope);
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

/** What the first line of a list item says. */
const lineOf = (page: Page, item: ListItem, blank: boolean) => {
  const [line = [], ...rest] = linesOf(item.runs);
  const lead = boldLead(line);
  const isTitle = lead !== undefined && !isLead(titleOf(lead.title, page.keys).text);
  const title = titleOf(isTitle ? lead.title : line, page.keys);
  const whole = isTitle ? { ...title, quote: plainText(line) } : title;
  return { line, rest, after: isTitle ? lead.rest : [], title: whole, head: readHead(page, title, blank) };
};

type Line = ReturnType<typeof lineOf>;

/** The label of a list item. One with something nested in it needs no colon. */
const labelIn = ({ line, title }: Line, item: ListItem): Label | undefined => {
  const [labelled] = labelsOf(line);
  if (labelled !== undefined) return labelled.label;
  const named = item.nested.length > 0 ? labelOf(title.quote) : undefined;
  return named !== undefined && 'role' in named ? named : undefined;
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

/** Only a key, or a key after a level word: it names an item that stands elsewhere. */
const isReference = (page: Page, { line, title }: Line): boolean => {
  const [labelled] = labelsOf(line);
  const text =
    labelled !== undefined && 'level' in labelled.label ? lineValue(labelled.value).text : title.text;
  // A link or a date alone is no title either.
  if (title.text === '') return true;
  const key = onlyKey(display(text));
  return key !== undefined && page.keys.isKey(key);
};

const isLabelOn = (draft: Draft, label: Label): boolean => roleOn(draft, label, []) !== undefined;

const addListDraft = (
  page: Page,
  item: ListItem,
  line: Line,
  scope: Scope,
  section: LevelWord | undefined,
): void => {
  const { title, head, after, rest } = line;
  const labels = nestedLabels(item.nested);
  const said = {
    status: [...labels.status, title.status ?? ''],
    priority: [...labels.priority, title.priority ?? ''],
  };
  const left = reasonOfItem(head?.title ?? title.text, said);
  if (left !== undefined) {
    ignoreAll([{ kind: 'list', isOrdered: false, items: [item] }], left);
    return;
  }
  const { task } = item;
  const draft = addDraft(page, {
    title,
    hints: { head, section },
    scope,
    block: item.block,
    localId: task === undefined ? localIdOf(item.element) : task.uuid,
    box: task?.id === undefined ? undefined : `task:${task.id}`,
    span: item.element,
  });
  if (task !== undefined) draft.fields.done = task.done;
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

const isLabelIn = (draft: Draft, { line }: Line, named: Label): boolean =>
  roleOn(draft, named, labelsOf(line)[0]?.value ?? []) !== undefined;

/** Whether a list item in an item is a child of it: a head of a lower level, or a user-voice sentence. */
const isChild = (page: Page, { head, title }: Line, draft: Draft): boolean => {
  if (head === undefined) return draft.level !== 'story' && userVoiceOf(title.text) !== undefined;
  return isChildHead(page, head, draft);
};

const isChildHead = (page: Page, head: Head, draft: Draft): boolean => {
  if (head.word === undefined) return true;
  if (head.word === 'enabler') return enablerTypeOf(head.title) === undefined;
  const { level } = classify({ type: { word: head.word } }, page.keys);
  return level !== undefined && levels.indexOf(level) > levels.indexOf(draft.level);
};

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

/** The label whose value in the line goes on in the list nested below it. */
const continued = (lines: readonly (readonly Run[])[]): Label | undefined => {
  const label = labelsOf(lines.at(-1) ?? []).at(-1)?.label;
  return label !== undefined && 'role' in label && label.role === 'ac' ? label : undefined;
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
