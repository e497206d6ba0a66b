import { blocks } from './markdown/blocks.ts';

/**
 * Goes up when the canonical form of any text changes. Whatever keeps a canonical form keeps the version with it.
 *
 * @public
 */
export const NORMALISER_VERSION = 2;

/**
 * One spelling for the common ways to write the same Markdown: of bullets, numbers, emphasis, escapes, links, tables,
 * rules and blank lines. It always renders as the text does. A text with anything intricate stays as it is, for a
 * difference seen where there is none costs a look, and one that is missed costs a person's words. It is for comparing
 * what the page says with what Linear holds, never for sending.
 */
export const canonicalMarkdown = (text: string): string => {
  const kept = text.replace(/\r\n?/g, '\n');
  const canonical = blocks(kept.split('\n'));
  const isStable = canonical !== undefined && blocks(canonical.split('\n')) === canonical;
  return isStable ? canonical : kept;
};

/** Whether two Markdown texts say the same. `false` may also mean that this cannot be told. */
export const sameText = (a: string, b: string): boolean =>
  a === b || canonicalMarkdown(a) === canonicalMarkdown(b);
