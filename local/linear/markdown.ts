/** Linear stores a document, not bytes: what comes back is its own spelling of the Markdown that went in. */
export const rewriteMarkdown = (markdown: string): string =>
  markdown
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.replace(/[ \t]+$/, '').replace(/^(\s*)[*+] (?=\S)/, '$1- '))
    .join('\n')
    .replace(/\n$/, '');
