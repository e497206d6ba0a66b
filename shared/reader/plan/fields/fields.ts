import { display, oneLine } from '../../../domain/planning/text.ts';
import { value as valueMarkdown } from '../../markdown/blocks.ts';
import { linesOf } from '../../storage/line.ts';
import { isIdentifier } from '../../words/keys.ts';
import { isBlank } from '../../words/label.ts';
import type { Role } from '../../words/lexicon.ts';
import { referenceIn } from '../../words/links.ts';
import { dateOf, enablerTypeOf, estimateOf, numberOf, priorityOf } from '../../words/values.ts';
import { addReference, type Draft } from '../items/draft.ts';
import { criteriaOf } from './acceptance.ts';
import { describe, keep } from './describe.ts';
import type { Value } from './value.ts';

/** Roles whose values may go on in lines without a label of their own. */
export const isLong = (role: Role): boolean =>
  role === 'ac' || role === 'benefit' || role === 'description' || role === 'notes';

/** Sets a field of an item from a value. The first value of a field wins; a blank one sets nothing. */
export const setField = (draft: Draft, role: Role, name: string, value: Value): void => {
  if (role === 'ac') for (const criterion of criteriaOf(value.contents)) draft.acceptance.push(criterion);
  else if (!isBlank(value.text)) setters[role](draft, value, name);
};

type Setter = (draft: Draft, value: Value, name: string) => void;

const kept: Setter = (draft, value, name) => keep(draft, name, value);

const scalar =
  (field: 'pi' | 'iteration' | 'team' | 'owner' | 'status'): Setter =>
  ({ fields }, { text }) => {
    const shown = display(text);
    if (shown !== '') fields[field] ??= shown;
  };

const part =
  (field: 'bv' | 'tc' | 'rr' | 'size' | 'value'): Setter =>
  (draft, value, name) => {
    const number = numberOf(value.text);
    if (number === undefined) keep(draft, name, value);
    else draft.wsjf[field] ??= number;
  };

const setters: Record<Role, Setter> = {
  num: () => {},
  key: (draft, value, name) => {
    if (value.text !== draft.key?.text) keep(draft, name, value);
  },
  title: kept,
  level: kept,
  release: kept,
  ac: () => {},
  enablerType: (draft, value) => {
    const type = enablerTypeOf(value.text);
    if (type === undefined) keep(draft, 'Enabler type', value);
    else if (draft.enabler === null || draft.enabler === 'untyped') draft.enabler = type;
  },
  parent: (draft, { runs }) => {
    draft.parentName ??= runs;
  },
  description: (draft, value) => describe(draft, value),
  benefit: ({ fields }, { contents }) => {
    fields.benefit ??= valueMarkdown(contents);
  },
  estimate: (draft, { text }) => {
    const { fields } = draft;
    if (fields.estimate !== undefined || fields.estimateRaw !== undefined) return;
    const points = estimateOf(text, { unit: false });
    if (points !== undefined) fields.estimate = points;
    else {
      fields.estimateRaw = display(text);
      draft.warnings.add('estimate-unparsed');
    }
  },
  priority: (draft, { text }) => {
    const { fields } = draft;
    if (fields.priority !== undefined || fields.priorityRaw !== undefined) return;
    const priority = priorityOf(text);
    if (priority !== undefined) fields.priority = priority;
    else {
      fields.priorityRaw = display(text);
      draft.warnings.add('priority-unparsed');
    }
  },
  bv: part('bv'),
  tc: part('tc'),
  rr: part('rr'),
  size: part('size'),
  wsjf: part('value'),
  pi: scalar('pi'),
  iteration: scalar('iteration'),
  team: scalar('team'),
  owner: scalar('owner'),
  status: scalar('status'),
  target: (draft, { runs, text }) => {
    const { fields } = draft;
    if (fields.target !== undefined || fields.targetRaw !== undefined) return;
    const date = dateOf(text) ?? dateOf(runs.find(({ kind }) => kind === 'date')?.text ?? '');
    if (date !== undefined) fields.target = date;
    else {
      fields.targetRaw = display(text);
      draft.warnings.add('date-unparsed');
    }
  },
  depends: (draft, { runs }) => {
    for (const one of linesOf(runs)) draft.depends.push(one);
  },
  blocks: (draft, { runs }) => {
    for (const one of linesOf(runs)) draft.blocks.push(one);
  },
  linear: (draft, value) => setReferences(draft, 'linear', value),
  jira: (draft, value) => setReferences(draft, 'jira', value),
  notes: (draft, value) => {
    keep(draft, 'Notes', value);
    draft.mentions.push(value.text);
  },
};

const BETWEEN = /[\s,;]+/;

/** Identifiers by link, by macro or as text. Text that is none is kept in the description. */
const setReferences = (draft: Draft, tracker: 'linear' | 'jira', value: Value): void => {
  const references = value.runs.flatMap((run) => referenceIn(run) ?? []);
  const ids = references.length > 0 ? [] : oneLine(value.text).split(BETWEEN);
  if (references.length === 0 && ids.every(isIdentifier))
    for (const id of ids) references.push({ tracker, id });
  if (references.length === 0) keep(draft, tracker === 'linear' ? 'Linear' : 'Jira', value);
  for (const reference of references) addReference(draft, reference);
};
