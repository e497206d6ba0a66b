import type { Token } from 'markdown-it';
import { mentionOf } from './mention.ts';
import { address } from './parser.ts';

/** A piece of a line. Emphasis is a set of marks, as in Linear's editor: how marks nest says nothing. */
type Leaf = {
  kind: 'text' | 'code' | 'break' | 'html' | 'image' | 'mention';
  text: string;
  marks: string;
  link?: string;
};

const MARKS: Record<string, string> = { em: 'i', strong: 'b', s: 's' };
const BLANKS = /\s+/g;
const WEB = /^https?:\/\/\S+$/i;
const MAIL = /^[^\s@:]+@[^\s@:]+$/;

/** Whether a link says nothing but where it leads. Editors write it with or without brackets. */
const isBare = (text: string, href: string): boolean =>
  (WEB.test(text) && address(text) === href) ||
  (MAIL.test(text) && `mailto:${address(text)}` === href) ||
  (/^www\./i.test(text) && `http://${text}/` === `${href.replace(/\/$/, '')}/`);

const altOf = (token: Token): string =>
  (token.children ?? [])
    .map((child) =>
      child.type === 'image' ? altOf(child) : child.type.endsWith('break') ? ' ' : child.content,
    )
    .join('');

/** Sets where the leaves of a link lead. */
const linked = (leaves: Leaf[], { href, title }: { href: string; title: string }, marks: string): Leaf[] => {
  const [first] = leaves;
  if (
    leaves.every(({ kind }) => kind === 'text') &&
    new Set(leaves.map((leaf) => leaf.marks)).size === 1 &&
    first &&
    title === ''
  ) {
    const text = leaves.map((leaf) => leaf.text).join('');
    const mention = mentionOf(href, text);
    if (mention !== undefined) return [{ ...first, kind: 'mention', text: mention }];
    if (isBare(text, href)) return [{ ...first, text: WEB.test(text) ? href : text }];
  }
  const link = title === '' ? href : `${href} ${JSON.stringify(title)}`;
  const all: Leaf[] = first ? leaves : [{ kind: 'text', text: '', marks }];
  return all.map((leaf) => ({ ...leaf, link }));
};

const leavesOf = (tokens: readonly Token[]): Leaf[] => {
  const leaves: Leaf[] = [];
  const open: string[] = [];
  const marks = () => [...new Set(open)].sort().join('');
  let link: { from: number; href: string; title: string } | undefined;
  const add = (kind: Leaf['kind'], text: string) => leaves.push({ kind, text, marks: marks() });
  for (const token of tokens)
    switch (token.type) {
      case 'text':
      case 'text_special':
        if (token.content !== '') add('text', token.content);
        break;
      case 'softbreak':
        add('text', ' ');
        break;
      case 'hardbreak':
        leaves.push({ kind: 'break', text: '', marks: '' });
        break;
      case 'code_inline':
        add('code', token.content);
        break;
      case 'html_inline':
        add('html', token.content);
        break;
      case 'image':
        add('image', JSON.stringify([token.attrGet('src'), token.attrGet('title') ?? '', altOf(token)]));
        break;
      case 'link_open':
        link = {
          from: leaves.length,
          href: String(token.attrGet('href') ?? ''),
          title: String(token.attrGet('title') ?? ''),
        };
        break;
      case 'link_close':
        if (link) leaves.push(...linked(leaves.splice(link.from), link, marks()));
        link = undefined;
        break;
      default: {
        const mark = MARKS[token.tag];
        if (mark !== undefined && token.nesting === 1) open.push(mark);
        else if (mark !== undefined) open.splice(open.lastIndexOf(mark), 1);
      }
    }
  return leaves;
};

/** A line in one spelling: neighbouring texts with the same marks joined, blanks and accents alike. */
export const inlines = (tokens: readonly Token[]): unknown[] => {
  const merged: Leaf[] = [];
  for (const leaf of leavesOf(tokens)) {
    const last = merged.at(-1);
    if (last?.kind === 'text' && leaf.kind === 'text' && last.marks === leaf.marks && last.link === leaf.link)
      last.text += leaf.text;
    else merged.push({ ...leaf });
  }
  return merged.map(({ kind, text, marks, link }) => [
    kind,
    kind === 'text' ? text.normalize('NFC').replace(BLANKS, ' ') : text,
    marks,
    ...(link === undefined ? [] : [link]),
  ]);
};
