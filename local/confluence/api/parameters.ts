import { invalid } from './errors.ts';

const MAX_ID = 2n ** 63n - 1n;

/** An id of a path or query. Throws a 400 if it is no 64-bit number. */
export const checkId = (text: string, name: string): string => {
  if (!/^\d{1,19}$/.test(text) || BigInt(text) > MAX_ID)
    throw invalid(`Provided value {${text}} for '${name}' is not the correct type. Expected type is long`);
  return String(BigInt(text));
};

/** The values of a parameter that may be repeated, be a comma list, or both; undefined if it is absent. */
export const listOf = (query: URLSearchParams, name: string): string[] | undefined => {
  if (!query.has(name)) return undefined;
  return query.getAll(name).flatMap((text) => text.split(','));
};

/** The ids of a list parameter. Throws a 400 above `max` of them. */
export const idsOf = (query: URLSearchParams, name: string, max: number): Set<string> | undefined => {
  const ids = listOf(query, name)?.map((text) => checkId(text.trim(), name));
  if (ids && ids.length > max)
    throw invalid(`The number of values for '${name}' is ${ids.length}. It must not be greater than ${max}`);
  return ids && new Set(ids);
};

export const wordsOf = <Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Set<Word> | undefined => {
  const list = listOf(query, name);
  for (const word of list ?? []) {
    if (!words.includes(word as Word))
      throw invalid(`Provided value {${word}} for '${name}' is not one of ${words.join(', ')}`);
  }
  return list && new Set(list as Word[]);
};

export const wordOf = <Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined => {
  const [word] = wordsOf(query, name, words) ?? [];
  return word;
};

export const numberOf = (
  query: URLSearchParams,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number => {
  const text = query.get(name);
  if (text === null) return fallback;
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max))
    throw invalid(`Provided value {${text}} for '${name}' must be a number from ${min} to ${max}`);
  return number;
};

export const flagOf = (query: URLSearchParams, name: string, fallback = false): boolean =>
  (wordOf(query, name, ['true', 'false']) ?? String(fallback)) === 'true';
