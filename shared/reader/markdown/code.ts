import { around } from './emphasis.ts';

const BACKTICKS = /`+/g;

/** How many backticks stand together in a text, at the most. A text may have too many runs of them to pass as arguments. */
const longestTicks = (text: string): number =>
  (text.match(BACKTICKS) ?? []).reduce((most, { length }) => Math.max(most, length), 0);

export const code = (text: string): string => {
  const longest = longestTicks(text);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? around(text, fence) : around(text, `${fence} `, ` ${fence}`);
};

/** A block of code. */
export const fenced = (text: string, language: string): string => {
  const longest = Math.max(2, longestTicks(text));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
};
