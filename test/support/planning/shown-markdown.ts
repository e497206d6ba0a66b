import type { Node } from './markdown-tree.ts';

/**
 * What a parsed Markdown text shows, as JSON: the judge of `canonicalMarkdown`, with other parsers and none of its
 * code. These are alike by agreement: how emphasis nests, blanks and accents, loose and tight lists, two lists of
 * bullets in a row, a link whose text is its URL and that URL, what Linear makes of a link to itself, and the ways to
 * write a URL.
 */
export const shownTree = (tree: Node): string => {
  const targets = new Map<string, Node>();
  collect(tree, targets);
  return JSON.stringify(blocks(tree.children ?? [], targets));
};

type Targets = ReadonlyMap<string, Node>;

const collect = (node: Node, targets: Map<string, Node>): void => {
  if (node.type === 'definition' && !targets.has(node.identifier ?? ''))
    targets.set(node.identifier ?? '', node);
  for (const child of node.children ?? []) collect(child, targets);
};

const blocks = (nodes: Node[], targets: Targets): unknown[] => {
  const shown: unknown[] = [];
  let last: Node | undefined;
  for (const node of nodes) {
    if (node.type === 'definition') continue;
    const items = (node.children ?? []).map((item) => [
      item.checked ?? null,
      blocks(item.children ?? [], targets),
    ]);
    if (node.type !== 'list') shown.push(block(node, targets));
    else if (!node.ordered && last?.type === 'list' && !last.ordered)
      (shown.at(-1) as unknown[]).push(...items);
    else shown.push([node.ordered ? `list from ${node.start ?? 1}` : 'bullets', ...items]);
    last = node;
  }
  return shown;
};

const block = (node: Node, targets: Targets): unknown => {
  const { type, children = [] } = node;
  switch (type) {
    case 'blockquote':
      return ['quote', blocks(children, targets)];
    case 'code':
      return ['code', [node.lang, node.meta].filter(Boolean).join(' ').replace(/\s+/g, ' '), node.value];
    case 'html':
      return ['html', node.value?.trimEnd()];
    case 'table':
      return [
        'table',
        node.align,
        // What is beyond the head of the table is not shown.
        ...children.map((row) =>
          row.children?.slice(0, node.align?.length).map((cell) => line(cell, targets)),
        ),
      ];
    case 'thematicBreak':
      return ['rule'];
    default:
      return [type, node.depth ?? 0, line(node, targets)];
  }
};

type Piece = { kind: string; value: string; marks: string[]; link: string };

const encodedUrl = (url: string): string =>
  url
    .toWellFormed()
    .replace(/%(?![\da-f]{2})|[^%A-Za-z\d\-._~:/?#@!$&'()*+,;=]/giu, (character) =>
      encodeURIComponent(character),
    )
    .replace(/^(https?:\/\/[^/?#]+)$/i, '$1/');

const line = (node: Node, targets: Targets): unknown[] => {
  const pieces: Piece[] = [];
  walk(node, { marks: [], link: '' }, pieces, targets);
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (
      piece.kind === 'text' &&
      last?.kind === 'text' &&
      String(last.marks) === String(piece.marks) &&
      last.link === piece.link
    )
      last.value += piece.value;
    else joined.push(piece);
  }
  return joined.map(({ kind, value, marks, link }) => [
    kind,
    kind === 'text' ? value.normalize('NFC').replace(/\s+/g, ' ') : value,
    ...marks,
    link,
  ]);
};

/** An issue or a person, whom Linear mentions when it sees the URL. */
const OF_LINEAR = /^https:\/\/linear\.app\/\w+\/(issue|profiles)\/([\w-]+)(?:\/([\w-]*))?$/;
const MARKS = ['emphasis', 'strong', 'delete'];

const walk = (node: Node, around: Pick<Piece, 'marks' | 'link'>, pieces: Piece[], targets: Targets): void => {
  for (const child of node.children ?? []) {
    const { type, value = '' } = child;
    const target = type.endsWith('Reference') ? targets.get(child.identifier ?? '') : child;
    const url = encodedUrl(target?.url ?? '');
    const title = target?.title ?? '';
    if (MARKS.includes(type)) {
      const marks = [...new Set([...around.marks, type])].sort();
      walk(child, { ...around, marks }, pieces, targets);
    } else if (type === 'link' || type === 'linkReference') {
      const inside: Piece[] = [];
      walk(child, { ...around, link: '' }, inside, targets);
      const words = inside.map((piece) => piece.value).join('');
      const isText = inside.every(
        ({ kind, marks }) => kind === 'text' && String(marks) === String(inside[0]?.marks),
      );
      const isSelf =
        isText &&
        title === '' &&
        ((/^https?:\/\/\S+$/i.test(words) && encodedUrl(words) === url) ||
          (/^[^\s@:]+@[^\s@:]+$/.test(words) && encodedUrl(`mailto:${words}`) === url) ||
          (/^www\./i.test(words) && encodedUrl(`http://${words}`) === url));
      const [, kind, name = '', slug = ''] = OF_LINEAR.exec(url) ?? [];
      const isMention =
        kind === 'issue'
          ? words === url || words === name || words.toLowerCase().replace(/\W+/g, '-') === slug
          : words === url || words === `@${name}`;
      if (isText && title === '' && kind !== undefined && isMention)
        pieces.push({ kind: 'mention', value: `${kind} ${name}`, marks: inside[0]?.marks ?? [], link: '' });
      else if (isSelf)
        pieces.push({
          kind: 'text',
          value: /^http/i.test(words) ? url : words,
          marks: inside[0]?.marks ?? [],
          link: '',
        });
      else {
        if (inside.length === 0) inside.push({ kind: 'text', value: '', marks: around.marks, link: '' });
        pieces.push(...inside.map((piece) => ({ ...piece, link: title === '' ? url : `${url} "${title}"` })));
      }
    } else if (type === 'break') pieces.push({ kind: 'break', value: '', marks: [], link: around.link });
    else if (type.startsWith('image'))
      pieces.push({
        kind: 'image',
        value: JSON.stringify([url, title, child.alt?.replace(/\s+/g, ' ')]),
        ...around,
      });
    else pieces.push({ kind: type, value, ...around });
  }
};
