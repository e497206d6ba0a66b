import { blocksOf } from './markdown/blocks.ts';
import { printBlocks } from './markdown/print.ts';

/** Goes up when the canonical form of any text changes. It is part of what a change set's hash covers. */
export const NORMALISER_VERSION = 1;

/** Printing what was read is stable after a pass or two. */
const MOST_PASSES = 4;

/** Longer texts, in UTF-16, are not kept in agreement with Linear. Only their line ends are made alike. */
const LONGEST = 100_000;

const once = (text: string): string => printBlocks(blocksOf(text.split('\n')));

/**
 * One spelling for every way to write the same Markdown: of bullets, numbers, emphasis, escapes, links, tables, rules
 * and blank lines. It is for comparing what the page says with what Linear holds, never for sending.
 */
export const canonicalMarkdown = (text: string): string => {
  let canonical = text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[\u00A0\u202F]/g, ' ')
    .replace(/\t/g, '    ');
  if (canonical.length > LONGEST) return canonical.replace(/ \n/g, '\n').trimEnd();
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const next = once(canonical);
    if (next === canonical) break;
    canonical = next;
  }
  return canonical;
};

/** Whether two Markdown texts say the same. */
export const sameText = (a: string, b: string): boolean =>
  a === b || canonicalMarkdown(a) === canonicalMarkdown(b);
