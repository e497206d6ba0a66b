import type { Warning } from '../../../domain/planning/plan.ts';
import { fold } from '../../../domain/planning/text.ts';
import { estimateScale, isWordEnd, isWordStart, vagueWords } from '../../words/lexicon.ts';
import type { Draft } from '../items/draft.ts';

const OVERSIZED = 8;
const WSJF_TOLERANCE = 0.05;

/** Adds the warnings that an item's own fields give. Nothing of the item changes because of one. */
export const checkItem = (draft: Draft, { hasEpic }: { hasEpic: boolean }): void => {
  const { level, enabler, fields, acceptance, parent, warnings } = draft;
  if (level === 'story') {
    if (acceptance.length === 0) warnings.add('story-no-ac');
    if (parent === undefined && fields.externalParent === undefined) warnings.add('orphan-story');
    if ((fields.estimate ?? 0) > OVERSIZED) warnings.add('oversized-story');
  }
  if (level === 'feature') {
    if (enabler === null && fields.benefit === undefined) warnings.add('feature-no-benefit');
    if (hasEpic && fields.externalParent === undefined && !isInEpic(draft)) warnings.add('feature-no-epic');
  }

  if (enabler === 'untyped') warnings.add('enabler-no-type');
  if (fields.estimate !== undefined && !estimateScale.has(fields.estimate))
    warnings.add('estimate-off-scale');
  if (acceptance.some(({ text }) => isVague(text))) warnings.add('vague-ac');
};

const isInEpic = ({ parent }: Draft): boolean =>
  parent !== undefined && (parent.level === 'epic' || isInEpic(parent));

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const vague = vagueWords.map((word) => ({ word, isWhole: !UNSPACED.test(word) }));

const isVague = (text: string): boolean => {
  const folded = fold(text);
  return vague.some(({ word, isWhole }) => {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1))
      if (!isWhole || (isWordStart(folded, at) && isWordEnd(folded, at + word.length))) return true;
    return false;
  });
};

/** The parts of WSJF, with the value computed where all four parts are there. */
export const checkWsjf = ({ wsjf, warnings }: Draft): void => {
  const { bv, tc, rr, size, value } = wsjf;
  if (bv === undefined || tc === undefined || rr === undefined || size === undefined || size === 0) return;
  wsjf.value = Math.round(((bv + tc + rr) / size) * 100) / 100;
  if (value !== undefined && Math.abs(value - wsjf.value) > WSJF_TOLERANCE) warnings.add('wsjf-mismatch');
};

/** Warns about a key or a title that an earlier item already has. */
export const checkDuplicates = (drafts: readonly Draft[]): void => {
  const keys = new Set<string>();
  const titles = new Map<Draft | undefined, Set<string>>();
  for (const { key, norm, level, parent, warnings } of drafts) {
    if (key !== null && keys.has(key.canonical)) warnings.add('dup-key');
    if (key !== null) keys.add(key.canonical);
    const siblings = titles.get(parent) ?? new Set();
    const name = `${level}|${norm}`;
    if (siblings.has(name)) warnings.add('dup-title');
    titles.set(parent, siblings.add(name));
  }
};

/** An item's warnings, by code. */
export const warningsOf = (draft: Draft, ref: string, cycle: string[] | undefined): Warning[] => {
  if (draft.warnings.size === 0 && cycle === undefined) return [];
  const codes = [...draft.warnings, ...(cycle === undefined ? [] : ['dep-cycle'])];
  return codes
    .sort()
    .map((code) =>
      code === 'dep-cycle' && cycle !== undefined ? { code, ref, refs: cycle } : { code, ref },
    );
};
