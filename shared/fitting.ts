/** The longest text of a message. */
const LONGEST_MESSAGE = 1_000;

/** Limits a text whose length a caller or Linear decides. It cuts between characters. */
export const shortened = (text: string, most = LONGEST_MESSAGE): string =>
  text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text;

/** The first of `items`: `most` of them, and only as many as take up to `bytes` as JSON. */
export const fitting = <T>(items: readonly T[], { most, bytes }: { most: number; bytes: number }): T[] => {
  let left = bytes;
  const first = items.slice(0, most);
  const excess = first.findIndex((item) => {
    left -= Buffer.byteLength(JSON.stringify(item));
    return left < 0;
  });
  return excess < 0 ? first : first.slice(0, excess);
};
