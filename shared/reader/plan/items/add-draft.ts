import { display, titleNorm } from '../../../domain/planning/text.ts';
import { paragraph } from '../../markdown/line.ts';
import type { Block } from '../../storage/blocks.ts';
import type { Run } from '../../storage/runs.ts';
import { identifierEnd } from '../../words/keys.ts';
import { userVoiceOf } from '../../words/user-voice.ts';
import { dateOf } from '../../words/values.ts';
import type { Page, Scope } from '../page.ts';
import { addPiece, addReference, type Draft } from './draft.ts';
import { classify, enablerLevel, type LevelHints } from './level.ts';
import { type Title, titlePriority } from './title.ts';

export type NewDraft = {
  title: Title;
  hints: LevelHints;
  scope: Pick<Scope, 'item' | 'period'>;
  block: Block;
  localId?: string | undefined;
  box?: string | undefined;
  span?: { start: number; end: number } | undefined;
  order?: number;
  /** A key that does not stand in the title. */
  key?: { text: string; canonical: string } | undefined;
};

/** Makes an item. */
export const addDraft = (page: Page, made: NewDraft): Draft => {
  const { title, hints, scope, block } = made;
  const { level, enabler, isMismatch } = classify(hints, page.keys);
  const named = jiraLike(hints.head?.title ?? title.text);
  const key = made.key ?? hints.key ?? hints.head?.key ?? named.key;
  const sentence = userVoiceOf(named.title);
  const name = sentence?.want ?? display(named.title);
  const draft: Draft = {
    level: level ?? enablerLevel(scope.item),
    hasLevel: level !== undefined,
    enabler,
    key: key === undefined ? null : { text: key.text, canonical: key.canonical },
    title: name,
    norm: titleNorm(name),
    quote: first(title.quote, 120),
    fields: {},
    acceptance: [],
    wsjf: {},
    pieces: [],
    mentions: [...title.phrases],
    jira: new Set(),
    depends: [],
    blocks: [],
    parentName: undefined,
    enclosing: scope.item,
    parent: undefined,
    localId: made.localId,
    box: made.box,
    warnings: new Set(),
    period: scope.period,
    order: made.order ?? page.order++,
    block,
    span: made.span,
  };
  if (sentence !== undefined) addPiece(draft, paragraph([textRun(display(named.title))]));
  if (isMismatch) draft.warnings.add('level-key-mismatch');
  setTitleFields(draft, title);
  block.class = 'item';
  page.drafts.push(draft);
  return draft;
};

const textRun = (text: string): Run => ({ kind: 'text', text, marks: 0 });

/** The first characters of a text, without half a character at the end. */
export const first = (text: string, count: number): string => {
  const code = text.charCodeAt(count - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? count - 1 : count);
};

/** Takes a Jira key in brackets, which is a key only in front of an item's title. */
const jiraLike = (title: string): { title: string; key?: { text: string; canonical: string } } => {
  if (!title.startsWith('[')) return { title };
  const end = identifierEnd(title, 1);
  const rest = display(title.slice(end + 1));
  if (end === 1 || title.charAt(end) !== ']' || rest === '') return { title };
  const key = title.slice(1, end);
  return { title: rest, key: { text: key, canonical: key } };
};

const setTitleFields = (draft: Draft, title: Title): void => {
  const { fields } = draft;
  const priority = titlePriority(title);
  if (title.estimate !== undefined) fields.estimate = title.estimate;
  if (priority !== undefined) fields.priority = priority;
  if (title.owner !== undefined) fields.owner = title.owner;
  if (title.status) fields.status = title.status;
  if (title.target !== undefined) {
    const date = dateOf(title.target);
    if (date !== undefined) fields.target = date;
    else {
      fields.targetRaw = title.target;
      draft.warnings.add('date-unparsed');
    }
  }
  if (title.linear !== undefined) addReference(draft, { tracker: 'linear', id: title.linear });
  for (const id of title.jira) addReference(draft, { tracker: 'jira', id });
};
