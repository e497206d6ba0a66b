import type { EnablerType, Level } from '../../../domain/planning/plan.ts';
import type { Head } from '../../words/head.ts';
import { below, type Key, type PageKeys } from '../../words/keys.ts';
import type { LevelWord } from '../../words/lexicon.ts';
import type { Draft } from './draft.ts';

/** Everything that may say an item's level, beside the item it stands in. */
export type LevelHints = {
  /** A type cell. */
  type?: Pick<Head, 'word' | 'enabler'> | undefined;
  head?: Head | undefined;
  column?: LevelWord | undefined;
  key?: Key | undefined;
  section?: LevelWord | undefined;
  /** The level below the deepest parent column. */
  fallback?: Level | undefined;
};

const levelOfWord: Record<LevelWord, Level | undefined> = {
  epic: 'epic',
  capability: 'capability',
  feature: 'feature',
  story: 'story',
  requirement: 'story',
  spike: 'story',
  enabler: undefined,
};

const levelOf = (word: LevelWord | undefined): Level | undefined => word && levelOfWord[word];

const keyLevel = (key: Key | undefined, keys: PageKeys): Level | undefined => {
  if (key === undefined || key.kind === 'enabler') return undefined;
  let level: Level = key.kind;
  for (let steps = keys.depthOf(key); steps > 0; steps--) level = below[level];
  return level;
};

/** The level and the type that the page says itself. An enabler's level may be missing. */
export const classify = (hints: LevelHints, keys: PageKeys) => {
  const { type, head, column, section, fallback } = hints;
  const key = hints.key ?? head?.key;
  const word = levelOf(type?.word) ?? levelOf(head?.word) ?? levelOf(column);
  const byKey = keyLevel(key, keys);
  const isMismatch = word !== undefined && byKey !== undefined && word !== byKey && word !== key?.kind;
  return {
    level: word ?? byKey ?? levelOf(section) ?? fallback,
    enabler: enablerOf(hints, key),
    isMismatch,
  };
};

const enablerOf = ({ type, head, column, section }: LevelHints, key: Key | undefined): EnablerType | null => {
  const said = [type?.enabler, head?.enabler].filter((value) => value !== undefined);
  const typed = said.find((value) => value !== 'untyped');
  if (typed !== undefined) return typed;
  if (section === 'spike' || column === 'spike') return 'exploration';
  const words = [type?.word, head?.word, column, section];
  return said.length > 0 || words.includes('enabler') || key?.kind === 'enabler' ? 'untyped' : null;
};

/** The level of an enabler that says none: one below what it stands in. */
export const enablerLevel = (parent: Draft | undefined): Level =>
  parent === undefined ? 'feature' : below[parent.level];
