import { inlines } from './inlines.ts';
import { isIntricate, startsBlock, trimmed } from './lines.ts';

/** The text of a paragraph, a hard break as a backslash. `undefined` if a line of it may be more than text. */
export const paragraph = (lines: readonly string[]): string | undefined => {
  const texts = lines.map(trimmed);
  if (texts.some(startsBlock) || lines.some(isIntricate)) return undefined;
  const isBroken = (at: number) => at < lines.length - 1 && (lines[at] ?? '').endsWith('  ');
  const hasBreaks = lines.some((_, at) => isBroken(at));
  const kept = texts.join('\n');
  // Blanks at the end of a line are no break within code, a link's target or a tag, nor after an address or a backslash.
  if (hasBreaks && (/[`<@]|\]\(|:\/|www/i.test(kept) || texts.some((text) => text.endsWith('\\'))))
    return undefined;
  const joined = texts.map((text, at) => (isBroken(at) ? `${text}\\` : text)).join('\n');
  const canonical = inlines(joined);
  return canonical.split('\n').some(startsBlock) ? joined : canonical;
};
