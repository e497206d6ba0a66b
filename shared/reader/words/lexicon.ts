import type { EnablerType, Level } from '../../domain/planning/plan.ts';
import lexicon from './lexicon.json' with { type: 'json' };

/** A word for a level. Requirements and spikes are stories; an enabler takes its level from elsewhere. */
export type LevelWord = keyof typeof lexicon.levels;

/** What a column, a label or a row of properties is about. */
export type Role = keyof typeof lexicon.roles;

/** The prefix of a key stands for a level, or for an enabler of any level. */
export type KeyKind = Level | 'enabler';

type Typed = Exclude<EnablerType, 'untyped'>;

const mapOf = <K extends string>(lists: Record<K, readonly string[]>): Map<string, K> =>
  new Map(
    (Object.entries(lists) as [K, readonly string[]][]).flatMap(([name, words]) =>
      words.map((word): [string, K] => [word, name]),
    ),
  );

export const roles = mapOf<Role>(lexicon.roles);
export const priorities = new Map(
  [...mapOf(lexicon.priorities)].map(([word, value]) => [word, Number(value) as 1 | 2 | 3 | 4]),
);
export const enablerTypes = mapOf<Typed>(lexicon.enablerTypes);
export const keyPrefixes = new Map(Object.entries(lexicon.keyPrefixes) as [string, KeyKind][]);

const levelNames = Object.keys(lexicon.levels) as LevelWord[];
const wordsOf = (name: LevelWord, form: 'one' | 'many') =>
  lexicon.levels[name][form].map((word) => [word, name] as const);

/** Singular words: what starts an item's title. */
export const levelWords = new Map(levelNames.flatMap((name) => wordsOf(name, 'one')));
/** What a column of a level is called: singular or plural. */
export const levelColumns = new Map(
  levelNames.flatMap((name) => [...wordsOf(name, 'many'), ...wordsOf(name, 'one')]),
);
/** What a list of a level is headed by: a plural, or `feature list`, `Feature-Liste`. */
export const sections = new Map([
  ...levelNames.flatMap((name) => wordsOf(name, 'many')),
  ...[...levelColumns].flatMap(([word, name]) =>
    lexicon.sectionSuffix.flatMap((suffix) => [
      [`${word} ${suffix}`, name] as const,
      [`${word}-${suffix}`, name] as const,
    ]),
  ),
]);

export const userStoryColumns = new Set(lexicon.userStoryColumns);
export const lonelyKeys = new Set(lexicon.lonelyKeys);
export const wont = new Set(lexicon.wont);
export const rejectedStatus = new Set(lexicon.rejectedStatus);
export const outOfScopeHeadings = new Set(lexicon.outOfScopeHeadings);
export const doneHeadings = new Set(lexicon.doneHeadings);
export const templateWords = new Set(lexicon.templateWords);
export const templateStarts = lexicon.templateStarts;
export const units = new Set(lexicon.units);
export const estimateScale = new Set(lexicon.estimateScale);
export const vagueWords = lexicon.vagueAc;
export const { depPhrases, depPhrasesAfter, blocksPhrases } = lexicon;
export const navigationMacros = new Set(lexicon.macros.navigation);
export const includeMacros = new Set(lexicon.macros.include);
export const vetoes = Object.entries(lexicon.vetoes).map(([name, { min, headings }]) => ({
  name,
  min,
  headings: new Set(headings),
}));

/** Finds the longest of some words at a position of a folded text. */
export const finder = <V>(words: ReadonlyMap<string, V>) => {
  const byStart = new Map<string, string[]>();
  for (const word of [...words.keys()].sort((a, b) => b.length - a.length)) {
    const start = word.charAt(0);
    byStart.set(start, [...(byStart.get(start) ?? []), word]);
  }
  return (folded: string, at: number): { value: V; end: number } | undefined => {
    for (const word of byStart.get(folded.charAt(at)) ?? []) {
      const value = words.get(word);
      if (value !== undefined && folded.startsWith(word, at) && isWordEnd(folded, at + word.length))
        return { value, end: at + word.length };
    }
    return undefined;
  };
};

const LETTER = /[\p{L}\p{N}]/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;

/** Whether a word may end before `at`. Words of Japanese need no blank after them. */
export const isWordEnd = (text: string, at: number): boolean =>
  at >= text.length || !LETTER.test(text.charAt(at)) || UNSPACED.test(text.charAt(at - 1));

/** Whether a word may start at `at`. */
export const isWordStart = (text: string, at: number): boolean =>
  at === 0 || !LETTER.test(text.charAt(at - 1)) || UNSPACED.test(text.charAt(at));
