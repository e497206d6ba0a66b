const EXCLAMATION = 33;
const SLASH = 47;
const QUESTION = 63;
const GREATER = 62;
const QUOTE = 34;
const APOSTROPHE = 39;

/** How many elements are open at once in `text`, at the most. A scan, so that no depth of nesting is too deep for it. */
export const levelsOf = (text: string): number => {
  let open = 0;
  let most = 0;
  let at = text.indexOf('<');
  while (at >= 0) {
    const first = text.charCodeAt(at + 1);
    const isMarkup = first === EXCLAMATION || first === QUESTION;
    const end = isMarkup ? markupEnd(text, at) : tagEnd(text, at);
    if (end < 0) break;
    if (first === SLASH) open--;
    else if (!isMarkup && text.charCodeAt(end - 1) !== SLASH && ++open > most) most = open;
    at = text.indexOf('<', end);
  }
  return most;
};

/** Where the comment, CDATA or the like that starts at `at` ends; negative if it does not. */
const markupEnd = (text: string, at: number): number => {
  if (text.startsWith('<!--', at)) return text.indexOf('-->', at + 4);
  if (text.startsWith('<![CDATA[', at)) return text.indexOf(']]>', at + 9);
  if (text.startsWith('<?', at)) return text.indexOf('?>', at + 2);
  return tagEnd(text, at);
};

const tagEnd = (text: string, at: number): number => {
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === GREATER) return end;
    if (code === QUOTE || code === APOSTROPHE) {
      end = text.indexOf(code === QUOTE ? '"' : "'", end + 1);
      if (end < 0) return -1;
    }
  }
  return -1;
};
