import { fold, oneLine } from '../../domain/planning/text.ts';

/** A line with its folded form, in which words are found, and the way back to the line. */
export type Folded = {
  text: string;
  folded: string /** The position in `text` of one in `folded`. */;
  at: (position: number) => number;
};

const same = (position: number): number => position;

/** Folds a line so that positions can be mapped back. */
export const foldedLine = (line: string): Folded => {
  const text = oneLine(line);
  const folded = fold(text);
  if (folded.length === text.length) return { text, folded, at: same };
  // Some characters fold to several, such as `ß` and `…`, or to none: fold one by one and note where each came from.
  let characters = '';
  const positions: number[] = [];
  let from = 0;
  for (const character of text) {
    const part = character === ' ' ? ' ' : fold(character);
    for (let at = 0; at < part.length; at++) positions.push(from);
    characters += part;
    from += character.length;
  }
  return { text, folded: characters, at: (position) => positions[position] ?? text.length };
};
