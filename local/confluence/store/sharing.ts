import { type Content, Refused, thePage } from './content.ts';
import type { Label, Page, Restrictions } from './model.ts';

/** Restricts who may see and who may edit a page. An empty list restricts nobody. Makes no version. */
export const restrictPage = (content: Content, pageId: string, restrictions: Restrictions): Page => {
  const page = thePage(content, pageId);
  return content.store.write((transaction) =>
    transaction.set('Page', { ...page, restrictions, changedAt: content.clock.iso() }),
  );
};

/** Adds labels that the page does not have. Names become lower case, as in Confluence. Makes no version. */
export const addLabels = (
  content: Content,
  pageId: string,
  labels: readonly { name: string; prefix?: Label['prefix'] }[],
): Page => {
  const page = thePage(content, pageId);
  return content.store.write((transaction) => {
    const all = [...page.labels];
    for (const { name, prefix = 'global' } of labels) {
      const lower = name.toLowerCase();
      if (/[\s:;,.?&[\]()#^*@!]/.test(lower) || lower === '' || lower.length > 255)
        throw new Refused('invalid', `"${name}" is no label: spaces and most punctuation are not allowed`);
      const isThere = all.some((one) => one.name === lower && one.prefix === prefix);
      if (!isThere) all.push({ id: labelId(content, transaction, lower, prefix), name: lower, prefix });
    }
    if (all.length === page.labels.length) return page;
    return transaction.set('Page', { ...page, labels: all, changedAt: content.clock.iso() });
  });
};

export const removeLabel = (content: Content, pageId: string, name: string): Page => {
  const page = thePage(content, pageId);
  const labels = page.labels.filter((label) => label.name !== name.toLowerCase());
  if (labels.length === page.labels.length)
    throw new Refused('not-found', `the page ${pageId} has no label ${name}`);
  return content.store.write((transaction) =>
    transaction.set('Page', { ...page, labels, changedAt: content.clock.iso() }),
  );
};

/** A label has one id wherever it is used. */
const labelId = (
  { store }: Content,
  transaction: { nextId(): string },
  name: string,
  prefix: string,
): string => {
  for (const { labels } of store.all('Page')) {
    const label = labels.find((one) => one.name === name && one.prefix === prefix);
    if (label) return label.id;
  }
  return transaction.nextId();
};
