/** Bare, so that a link which was written out stays what it is. */
const BARE_URL =
  /(?<![\w(<"'[\]])https:\/\/linear\.app\/[\w-]+\/(issue|profiles)\/([\w.-]+)(?:\/[\w-]*)?(?=[\s.,;!?]|$)/g;

/** A plain link to an issue or a person becomes a mention of it. */
const mentioned = (url: string, kind: string, name: string): string =>
  `[${kind === 'issue' ? name.toUpperCase() : `@${name}`}](${url})`;

const respelt = (line: string): string =>
  line
    .replace(/^(\s*)[*+] (?=\S)/, '$1- ')
    .replace(/(?<![\w_])__(?=\S)([^_\n]*[^_\s])__(?![\w_])/g, '**$1**')
    .replace(BARE_URL, mentioned);

/**
 * Linear stores a document, not bytes: what comes back is its own spelling of the Markdown that went in. Which
 * spelling exactly is not documented; what counts is that it differs, and that its own spelling stays.
 */
export const rewriteMarkdown = (markdown: string): string => {
  let isCode = false;
  const lines = markdown
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => {
      const isFence = /^\s*(```|~~~)/.test(line);
      if (isFence) isCode = !isCode;
      return isCode || isFence ? line : respelt(line.replace(/[ \t]+$/, ''));
    });
  return lines.join('\n').replace(/\n+$/, '');
};
