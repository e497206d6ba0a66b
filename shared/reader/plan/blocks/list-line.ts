import { levels } from '../../../domain/planning/plan.ts';
import { display } from '../../../domain/planning/text.ts';
import type { List, ListItem } from '../../storage/blocks.ts';
import { hasContent, linesOf, plainText } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import { type Head, isLead } from '../../words/head.ts';
import { onlyKey } from '../../words/keys.ts';
import { type Label, labelOf } from '../../words/label.ts';
import { userVoiceOf } from '../../words/user-voice.ts';
import { enablerTypeOf } from '../../words/values.ts';
import { roleOn } from '../fields/labels.ts';
import { boldLead, labelsOf } from '../fields/lines.ts';
import { lineValue } from '../fields/value.ts';
import { reasonOfText } from '../ignored.ts';
import type { Draft } from '../items/draft.ts';
import { classify } from '../items/level.ts';
import { titleOf } from '../items/title.ts';
import { type Page, readHead } from '../page.ts';

/** Whether a list outside all items and sections is one of items: two at least, and each says what it is. */
export const isListOfHeads = (page: Page, { items }: List): boolean => {
  const said = items.filter((item) => hasContent(item.runs) && reasonOfText(item) === undefined);
  return (
    said.length >= 2 &&
    said.every((item) => readHead(page, titleOf(firstLine(item), page.keys)) !== undefined)
  );
};

const firstLine = ({ runs }: ListItem): readonly Run[] => linesOf(runs)[0] ?? [];

/** What the first line of a list item says. */
export const lineOf = (page: Page, item: ListItem, blank: boolean) => {
  const [line = [], ...rest] = linesOf(item.runs);
  const lead = boldLead(line);
  const isTitle = lead !== undefined && !isLead(titleOf(lead.title, page.keys).text);
  const title = titleOf(isTitle ? lead.title : line, page.keys);
  const whole = isTitle ? { ...title, quote: plainText(line) } : title;
  return { line, rest, after: isTitle ? lead.rest : [], title: whole, head: readHead(page, title, blank) };
};

export type Line = ReturnType<typeof lineOf>;

/** The label of a list item. One with something nested in it needs no colon. */
export const labelIn = ({ line, title }: Line, item: ListItem): Label | undefined => {
  const [labelled] = labelsOf(line);
  if (labelled !== undefined) return labelled.label;
  const named = item.nested.length > 0 ? labelOf(title.quote) : undefined;
  return named !== undefined && 'role' in named ? named : undefined;
};

/** Only a key, or a key after a level word: it names an item that stands elsewhere. */
export const isReference = (page: Page, { line, title }: Line): boolean => {
  const [labelled] = labelsOf(line);
  const text =
    labelled !== undefined && 'level' in labelled.label ? lineValue(labelled.value).text : title.text;
  // A link or a date alone is no title either.
  if (title.text === '') return true;
  const key = onlyKey(display(text));
  return key !== undefined && page.keys.isKey(key);
};

export const isLabelOn = (draft: Draft, label: Label): boolean => roleOn(draft, label, []) !== undefined;

export const isLabelIn = (draft: Draft, { line }: Line, named: Label): boolean =>
  roleOn(draft, named, labelsOf(line)[0]?.value ?? []) !== undefined;

/** Whether a list item in an item is a child of it: a head of a lower level, or a user-voice sentence. */
export const isChild = (page: Page, { head, title }: Line, draft: Draft): boolean => {
  if (head === undefined) return draft.level !== 'story' && userVoiceOf(title.text) !== undefined;
  return isChildHead(page, head, draft);
};

const isChildHead = (page: Page, head: Head, draft: Draft): boolean => {
  if (head.word === undefined) return true;
  if (head.word === 'enabler') return enablerTypeOf(head.title) === undefined;
  const { level } = classify({ type: { word: head.word } }, page.keys);
  return level !== undefined && levels.indexOf(level) > levels.indexOf(draft.level);
};

/** The label whose value in the line goes on in the list nested below it. */
export const continued = (lines: readonly (readonly Run[])[]): Label | undefined => {
  const label = labelsOf(lines.at(-1) ?? []).at(-1)?.label;
  return label !== undefined && 'role' in label && label.role === 'ac' ? label : undefined;
};
