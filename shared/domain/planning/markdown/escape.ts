const MAY_BE_SPECIAL = /[\\`*_[\]<|~@&:]/;
const SPECIAL = /[\\`*_[\]<|~]/g;
const WORD = /[\p{L}\p{N}_]/u;
/** What would be read as a character of HTML, or as an emoji. */
const ENTITY = /&(?=#?[\da-z]{1,32};)/gi;
const EMOJI = /(?<![\p{L}\p{N}:]):(?=[a-z][\w+-]{1,40}:)/giu;

const escapedWords = (text: string, before: string): string => {
  let marked = text.replace(SPECIAL, '\\$&');
  if (marked.includes('&')) marked = marked.replace(ENTITY, '\\&');
  if (marked.includes(':')) marked = marked.replace(EMOJI, '\\:');
  if (!marked.includes('@')) return marked;
  let result = '';
  let previous = before;
  for (const character of marked) {
    if (character === '@' && !WORD.test(previous)) result += '\\';
    result += character;
    previous = character;
  }
  return result;
};

const URL = /https?:\/\/[^\s<>|]+/gi;
const URL_END = new Set('.,;:!?)\'"*_~]');
const PLAIN_URL = /^[a-z\d/.:?=%#+-]+$/i;
const PERSON = /^https?:\/\/(?:[^/]*@)?linear\.app(?::\d+)?\/[^/]*\/profiles/i;

/** Whether a URL is one of a person in Linear, who would be notified. */
export const notifies = (url: string): boolean => PERSON.test(url);

/** A URL as it stays one: bare if nothing in it could be markup. */
const bareUrl = (url: string): string => {
  if (notifies(url)) return `\`${url.replaceAll('`', '%60')}\``;
  return PLAIN_URL.test(url) ? url : `<${url}>`;
};

/**
 * Text as Markdown that shows it: escapes whatever would be markup, notify anybody or become another character.
 * `before` is the character that the text follows. URLs stay whole, unless `isLink` says that the text is a link's.
 */
export const escaped = (text: string, before = ' ', isLink = false): string => {
  if (!MAY_BE_SPECIAL.test(text)) return text;
  if (isLink || !text.includes('://')) return escapedWords(text, before);
  let result = '';
  let at = 0;
  for (const match of text.matchAll(URL)) {
    let url = match[0];
    while (URL_END.has(url.charAt(url.length - 1))) url = url.slice(0, -1);
    const isWord = WORD.test(text.charAt(match.index - 1) || before);
    if (isWord && !notifies(url)) continue;
    result += escapedWords(text.slice(at, match.index), text.charAt(at - 1) || before) + bareUrl(url);
    at = match.index + url.length;
  }
  return result + escapedWords(text.slice(at), text.charAt(at - 1) || before);
};

const NUMBERED = /^(\d{1,9})([.)])(?= |$)/;

/** Escapes what would be markup at the start of a block only. */
export const atBlockStart = (text: string): string => {
  const code = text.charCodeAt(0);
  if (code >= 0x30 && code <= 0x39) return text.replace(NUMBERED, '$1\\$2');
  return text !== '' && '#>+-'.includes(text.charAt(0)) ? `\\${text}` : text;
};
