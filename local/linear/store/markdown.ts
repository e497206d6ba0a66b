/** Matches a bare URL only, so that a Markdown link stays as it is. */
const BARE_URL =
  /(?<![\w(<"'[\]])https:\/\/linear\.app\/[\w-]+\/(issue|profiles)\/([\w.-]+)(?:\/[\w-]*)?(?=[\s.,;!?]|$)/g;

/** Linear turns a bare link to an issue or a person into a mention. */
const mentioned = (url: string, kind: string, name: string): string =>
  `[${kind === 'issue' ? name.toUpperCase() : `@${name}`}](${url})`;

const rewriteLine = (line: string): string =>
  line
    .replace(/^(\s*)[*+] (?=\S)/, '$1- ')
    .replace(/(?<![\w_])__(?=\S)([^_\n]*[^_\s])__(?![\w_])/g, '**$1**')
    .replace(BARE_URL, mentioned);

/**
 * Linear stores a document, so it returns Markdown in a notation of its own. That notation is not documented. What
 * matters here is that the text differs from what was sent, and that rewriting it again changes nothing.
 */
export const rewriteMarkdown = (markdown: string): string => {
  let isCode = false;
  const lines = markdown
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => {
      const isFence = /^\s*(```|~~~)/.test(line);
      if (isFence) isCode = !isCode;
      return isCode || isFence ? line : rewriteLine(line.replace(/[ \t]+$/, ''));
    });
  return lines.join('\n').replace(/\n+$/, '');
};
