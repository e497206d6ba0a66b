import { display } from '../../../domain/planning/text.ts';
import { plainText } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import { keyAt, onlyKey } from '../../words/keys.ts';
import { isBlank } from '../../words/label.ts';
import { referenceIn } from '../../words/links.ts';
import { mentionedIn } from '../../words/phrases.ts';
import type { Draft } from '../items/draft.ts';
import { titleOf } from '../items/title.ts';
import { type Page, readHead } from '../page.ts';
import type { ItemIndex } from './index-of-items.ts';

/** What the items that depend on any do: items of the page, and texts for all else (`linear:ENG-4`, `?Data lake`). */
export type Dependencies = Map<Draft, Set<Draft | string>>;

/** Finds what each item depends on, in its fields and in its text. */
export const resolveDependencies = (page: Page, index: ItemIndex): Dependencies => {
  const all: Dependencies = new Map();
  const add = (draft: Draft, on: Draft | string) => {
    if (on === draft) return;
    if (typeof on === 'string' && on.startsWith('?')) draft.warnings.add('dep-unresolved');
    const known = all.get(draft);
    if (known === undefined) all.set(draft, new Set([on]));
    else known.add(on);
  };
  const later: (() => void)[] = [];
  for (const draft of page.drafts) {
    for (const line of draft.depends) for (const on of targetsIn(page, index, line)) add(draft, on);
    for (const line of draft.blocks)
      for (const blocked of targetsIn(page, index, line))
        if (typeof blocked !== 'string') later.push(() => add(blocked, draft));
        else if (blocked.startsWith('?')) draft.warnings.add('dep-unresolved');
    for (const text of draft.mentions) {
      const { needs, blocks } = mentionedIn(text, page.keys);
      for (const key of needs) add(draft, index.ofKey(key.canonical) ?? `?${key.text}`);
      for (const key of blocks) {
        const blocked = index.ofKey(key.canonical);
        if (blocked !== undefined) later.push(() => add(blocked, draft));
      }
    }
  }
  for (const addLater of later) addLater();
  return all;
};

const MARKS = /[,;、/+&]/;
const AND = /\s(?:and|und|et)\s/i;

/** The items, links and other texts that a line names. */
const targetsIn = (page: Page, index: ItemIndex, line: readonly Run[]): (Draft | string)[] => {
  const whole = plainText(line);
  const only = onlyKey(whole);
  const direct = only && index.ofKey(only.canonical);
  if (direct !== undefined) return [direct];
  const item = line.some((run) => referenceIn(run) !== undefined) ? undefined : index.ofTitle(whole);
  if (item !== undefined) return [item];
  const targets: (Draft | string)[] = [];
  let text: Run[] = [];
  const flush = () => {
    for (const part of plainText(text).split(MARKS))
      for (const name of part.split(AND))
        if (!isBlank(name)) targets.push(target(page, index, display(name)));
    text = [];
  };
  let before: string | undefined;
  for (const run of line) {
    const reference = referenceIn(run);
    const name = reference && `${reference.tracker}:${reference.id}`;
    if (name === undefined) text.push(run);
    else {
      flush();
      if (name !== before) targets.push(name);
    }
    before = name;
  }
  flush();
  return targets;
};

const target = (page: Page, index: ItemIndex, name: string): Draft | string => {
  const head = readHead(page, titleOf([{ kind: 'text', text: name, marks: 0 }], page.keys));
  const key = onlyKey(name) ?? leadingKey(name) ?? head?.key;
  const byKey = key && index.ofKey(key.canonical);
  return byKey ?? index.ofTitle(name) ?? (head && index.ofTitle(head.title)) ?? `?${name}`;
};

/** A key with something about it: `F1 (export)`. */
const leadingKey = (name: string) => {
  const found = keyAt(name, 0);
  return found !== undefined && ' (:'.includes(name.charAt(found.end)) ? found.key : undefined;
};

/** The groups of items that depend on one another in a circle, each in the order of the page. */
export const cyclesOf = (drafts: readonly Draft[], dependencies: Dependencies): Draft[][] => {
  const seen = new Map<Draft, { index: number; low: number; isOpen: boolean }>();
  const open: Draft[] = [];
  const cycles: Draft[][] = [];
  for (const root of drafts) {
    if (seen.has(root) || !dependencies.has(root)) continue;
    const path: { draft: Draft; rest: Iterator<Draft | string> }[] = [];
    const enter = (draft: Draft) => {
      seen.set(draft, { index: seen.size, low: seen.size, isOpen: true });
      open.push(draft);
      path.push({ draft, rest: (dependencies.get(draft) ?? new Set()).values() });
    };
    enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const state = seen.get(step.draft);
      const { value: next, done } = step.rest.next();
      if (state === undefined) break;
      if (done !== true) {
        if (typeof next === 'string') continue;
        const known = seen.get(next);
        if (known === undefined) enter(next);
        else if (known.isOpen) state.low = Math.min(state.low, known.index);
        continue;
      }
      path.pop();
      const outer = path.at(-1) && seen.get(path.at(-1)?.draft as Draft);
      if (outer !== undefined) outer.low = Math.min(outer.low, state.low);
      if (state.low !== state.index) continue;
      const group = open.splice(open.indexOf(step.draft));
      for (const draft of group) {
        const member = seen.get(draft);
        if (member !== undefined) member.isOpen = false;
      }
      if (group.length > 1) cycles.push(group.sort((a, b) => a.order - b.order));
    }
  }
  return cycles;
};
