import { paragraph as paragraphMarkdown } from '../../markdown/line.ts';
import type { Paragraph } from '../../storage/blocks.ts';
import { localIdOf } from '../../storage/elements.ts';
import { hasContent, isVisible, linesOf, plainText } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import type { Label } from '../../words/label.ts';
import { referenceIn } from '../../words/links.ts';
import { userVoiceOf } from '../../words/user-voice.ts';
import { describeIn } from '../fields/describe.ts';
import { isLong } from '../fields/fields.ts';
import { roleOn, setLabelled, setOutside } from '../fields/labels.ts';
import { type Labelled, labelsOf } from '../fields/lines.ts';
import { lineValue } from '../fields/value.ts';
import { reasonOfItem, reasonOfText } from '../ignored.ts';
import { addDraft } from '../items/add-draft.ts';
import { addReference, type Draft } from '../items/draft.ts';
import { titleOf } from '../items/title.ts';
import { ignore, markField, type Page, type Scope } from '../page.ts';

/** Reads a paragraph. Answers the label whose value is still to come. */
export const readParagraph = (page: Page, paragraph: Paragraph, scope: Scope): Label | undefined => {
  const { runs, block } = paragraph;
  const reason = reasonOfText(paragraph);
  if (reason !== undefined) {
    ignore(block, reason);
    return undefined;
  }
  const lines = linesOf(runs);
  const { item } = scope;
  if (isStory(lines, scope)) {
    readStory(page, paragraph, lines, scope);
    return undefined;
  }
  if (item === undefined) return readOutside(page, lines);
  markField(block);
  if (setsReferences(item, runs)) return undefined;
  return readLines(lines, scope, item);
};

/** Whether a paragraph starts with a label, so that it is no other label's value. */
export const isLabelled = ({ runs }: Paragraph): boolean => labelsOf(linesOf(runs)[0] ?? []).length > 0;

/** A user-voice sentence above the level of stories, or under a heading that announces stories. */
const isStory = ([line]: readonly (readonly Run[])[], { item, section }: Scope): boolean => {
  if (line === undefined) return false;
  const isPlace =
    item === undefined ? section === 'story' || section === 'requirement' : item.level !== 'story';
  return isPlace && labelsOf(line).length === 0 && userVoiceOf(plainText(line)) !== undefined;
};

const readStory = (
  page: Page,
  { element, block }: Paragraph,
  [line = [], ...rest]: readonly (readonly Run[])[],
  scope: Scope,
): void => {
  const title = titleOf(line, page.keys);
  const left = reasonOfItem(title.text, { status: [title.status ?? ''], priority: [title.priority ?? ''] });
  if (left !== undefined) {
    ignore(block, left);
    return;
  }
  const draft = addDraft(page, {
    title,
    hints: { section: 'story' },
    scope,
    block,
    localId: element && localIdOf(element),
    span: element,
  });
  readLines(rest, { ...scope, item: draft }, draft);
};

const readOutside = (page: Page, lines: readonly (readonly Run[])[]): Label | undefined => {
  let awaited: Label | undefined;
  for (const line of lines)
    for (const { label, value } of labelsOf(line)) {
      awaited = hasContent(value) ? undefined : label;
      if (awaited === undefined || ('role' in label && label.role === 'ac'))
        setOutside(page, label, plainText(value));
    }
  return awaited;
};

/** A paragraph of nothing but links to trackers sets them. */
const setsReferences = (item: Draft, runs: readonly Run[]): boolean => {
  const visible = runs.filter(isVisible);
  const references = visible.map(referenceIn);
  if (visible.length === 0 || references.some((reference) => reference === undefined)) return false;
  for (const reference of references) if (reference !== undefined) addReference(item, reference);
  return true;
};

/**
 * Reads lines inside an item: labels set fields, a line without a label continues a long value, and all else is
 * description. `nested` is what stands below the last line, in a list item. Answers the label that still has no value.
 */
export const readLines = (
  lines: readonly (readonly Run[])[],
  scope: Scope,
  item: Draft,
): Label | undefined => {
  let plain: Run[] = [];
  let open: Labelled | undefined;
  const close = () => {
    if (open !== undefined) setLabelled(item, open.label, lineValue(open.value));
    open = undefined;
  };
  const flush = () => {
    describeIn(scope, item, paragraphMarkdown(plain));
    if (plain.length > 0) item.mentions.push(plainText(plain));
    plain = [];
  };
  for (const line of lines) {
    const labels = labelsOf(line).filter(({ label, value }) => roleOn(item, label, value) !== undefined);
    if (labels.length === 0) {
      append(open?.value ?? plain, line);
      if (open !== undefined && !isOpenOn(item, open)) close();
      continue;
    }
    flush();
    close();
    for (const { label, value } of labels) {
      close();
      open = { label, value: [...value] };
    }
    if (open !== undefined && hasContent(open.value) && !isOpenOn(item, open)) close();
  }
  flush();
  if (open !== undefined && !hasContent(open.value)) return open.label;
  close();
  return undefined;
};

const BREAK: Run = { kind: 'break', text: '\n', marks: 0 };

const append = (runs: Run[], line: readonly Run[]): void => {
  if (hasContent(runs)) runs.push(BREAK);
  for (const run of line) runs.push(run);
};

/** Whether a label's value may go on in the next line. */
const isOpenOn = (item: Draft, { label, value }: Labelled): boolean => {
  const role = roleOn(item, label, value);
  return role !== undefined && isLong(role);
};
