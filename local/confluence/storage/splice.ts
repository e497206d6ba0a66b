/** A piece of a text, from `start` to before `end`, and what takes its place. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * Applies edits at offsets of the original text, and leaves everything else as it is. Edits at the same offset apply
 * in the order in which they are given. Throws if two overlap.
 */
export const splice = (original: string, edits: readonly Edit[]): string => {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) throw new Error(`two edits overlap at ${start}`);
    parts.push(original.slice(at, start), text);
    at = end;
  }
  return parts.join('') + original.slice(at);
};
