import type { Token } from 'markdown-it';

/** What parsers take for a URL without brackets, up to the next blank. */
const URL = /(?:https?:\/\/|www\.)\S*/gi;
/** A URL that all of them end at the same place. */
const CLEAR =
  /^(?:https?:\/\/|www\.)[a-z\d](?:[a-z\d/.?=%#+:$-]|_(?=[a-z\d])|,(?=[a-z\d])|&(?![a-z\d#]+;)|~(?!~))*[.,:!?)]*$/i;

const isUrl = (text: string): boolean => /https?:\/\/|www\./i.test(text);

/** A blank at which not all of them end a URL. */
const ODD_BLANK = /[^\S \t\n]/;

const MAIL = /[^\s\\]@[\w-]+\.\w/;
const MARK = /[*_~`[\]<>\\]/;

/** Whether a mail address without brackets touches what could be markup. */
const hasUnclearMail = (content: string, children: readonly Token[]): boolean => {
  if (!content.includes('@')) return false;
  let isLink = false;
  let isLoose = false;
  for (const { type, content: text } of children) {
    if (type.startsWith('link_')) isLink = type === 'link_open';
    else if (type === 'text' && !isLink && MAIL.test(text)) isLoose = true;
  }
  return isLoose && content.split(/\s+/).some((word) => MAIL.test(word) && MARK.test(word));
};

/**
 * Whether a line has a URL without brackets that is followed by, or contains, what could be markup. Parsers differ in
 * where such a URL ends.
 */
export const hasUnclearUrl = ({ content, children }: Token): boolean => {
  if (hasUnclearMail(content, children ?? [])) return true;
  if (!isUrl(content)) return false;
  if (ODD_BLANK.test(content)) return true;
  let loose = 0;
  let link: string | undefined;
  for (const { type, markup, content: text } of children ?? []) {
    if (type === 'link_open') link = markup;
    else if (type === 'link_close') link = undefined;
    else if (type === 'text' && (link === undefined || link === 'linkify'))
      loose += text.match(URL)?.length ?? 0;
  }
  if (loose === 0) return false;
  let clear = 0;
  for (const match of content.matchAll(URL)) {
    const before = content.charAt(match.index - 1);
    if (before.trim() === '' || (before === '(' && content.charAt(match.index - 2) !== ']')) {
      if (!CLEAR.test(match[0])) return true;
      clear++;
    }
  }
  return clear !== loose;
};
