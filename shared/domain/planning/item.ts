import type { EnablerType, Level } from './plan.ts';

/**
 * Whether an item stands on the page.
 * `present`: it does. `proposed`: it does, and may be one that was there before (`unsure`); a person decides.
 * `missing`: it did, and no longer does.
 */
export const itemStates = ['present', 'proposed', 'unsure', 'missing'] as const;
export type ItemState = (typeof itemStates)[number];

/** What a person has said about an item. It stands at every later reading. `enabler: 'none'`: it is no enabler. */
export type Word = {
  ignored?: boolean | undefined;
  level?: Level | undefined;
  enabler?: EnablerType | 'none' | undefined;
};

/** Whether a person's word stands, and was not taken back. */
export const hasWord = (word: Word | undefined): boolean =>
  Object.values(word ?? {}).some((said) => said !== undefined);

const MISSING_KEPT_MS = 90 * 24 * 3_600_000;

/**
 * Whether an item has been missing for so long that nobody misses it. One that a person has said something about is
 * kept: the page cannot bring that back.
 */
export const isForgotten = (
  {
    state,
    missingSince,
    word,
  }: { state: ItemState; missingSince?: string | undefined; word?: Word | undefined },
  now: number,
): boolean =>
  state === 'missing' &&
  missingSince !== undefined &&
  Date.parse(missingSince) + MISSING_KEPT_MS <= now &&
  !hasWord(word);

/** The level and the type of an item: a person's word, or else what the page says. */
export const effective = (
  page: { level: Level; enabler?: EnablerType | undefined },
  word: Word = {},
): { level: Level; enabler?: EnablerType | undefined } => {
  const enabler = word.enabler ?? page.enabler;
  return { level: word.level ?? page.level, enabler: enabler === 'none' ? undefined : enabler };
};

/** The sort key of items in the order of the page. Items that are no longer on it come after all that are. */
export const placeOf = (index: number): string => String(index).padStart(5, '0');
export const placeAfter = (place: string): string => `~${place.replace('~', '')}`;
