const OF_LINEAR = /^https:\/\/linear\.app\/([\w-]+)\/(issue|profiles)\/([\w.-]+)(?:\/([\w-]*))?$/;
const NO_WORD = /[^\p{L}\p{N}]+/gu;

const slugOf = (text: string): string => text.toLowerCase().replace(NO_WORD, '-');

/**
 * What a link to an issue or a person in Linear mentions. Linear writes such a URL back as a link with the key
 * or title, or with the person's name, as its text. A link with a text of one's own is none.
 */
export const mentionOf = (url: string, text: string): string | undefined => {
  const [, workspace, kind, name = '', slug = ''] = OF_LINEAR.exec(url) ?? [];
  if (kind === undefined) return undefined;
  const id = kind === 'issue' ? name.toUpperCase() : name;
  const starts = text.toUpperCase().startsWith(name.toUpperCase()) && !/^[\w-]/.test(text.slice(name.length));
  const isTitle = slug !== '' && slugOf(text).startsWith(slug);
  const isMention = text === url || starts || (kind === 'issue' ? isTitle : text.startsWith('@'));
  return isMention ? `${workspace}/${kind}/${id}` : undefined;
};
