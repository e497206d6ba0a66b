/** A word, which may be a URL or an address of mail. */
const WORD = /[^ \n[\]<>`]+/y;
const ADDRESS = /@|:\/|www|mailto:|xmpp:/i;

export const wordAt = (text: string, at: number): string => {
  WORD.lastIndex = at;
  return WORD.exec(text)?.[0] ?? '';
};

/** Whether some readers of Markdown make a link of a word. */
export const isAddress = (word: string): boolean =>
  ADDRESS.test(word.startsWith('\\@') ? word.slice(2) : word);

/** A URL that all readers of Markdown end at the same place. */
const URL = /https?:\/\/[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,8}(?:\/(?:[\w/%#=+-]|[.?,](?=[\w/]))*)?/y;

export const linkAt = (text: string, at: number): string | undefined => {
  URL.lastIndex = at;
  const [url] = URL.exec(text) ?? [];
  if (url === undefined || !/[a-z\d/]$/i.test(url)) return undefined;
  return /^(?:[.,]?(?:[ \n>]|$))/.test(text.slice(at + url.length, at + url.length + 2)) ? url : undefined;
};
