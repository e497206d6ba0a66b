import fc from 'fast-check';
import type { Content, List, ListItem, Table } from '../../../shared/reader/storage/blocks.ts';
import { BOLD, CODE, ITALIC, type Run } from '../../../shared/reader/storage/runs.ts';
import { type Node, textOf } from './markdown-tree.ts';

/** Random contents of a page, what they mean, and the same of a parsed Markdown text. */

const BLOCK = { class: 'context' as const, quote: () => '' };
const element = undefined as never;

const words = fc.constantFrom(
  ...'a¦of it¦Größe¦5¦2*3¦x_y¦# b¦- c¦1. d¦> e¦| f¦~~g~~¦`h`¦[i]¦[j](k)¦<b>¦&lt;¦\\¦!¦.¦:¦,¦(l)¦@ada¦:rocket:¦~¦^¦$¦"¦+++'.split(
    '¦',
  ),
);
const blanked = fc
  .tuple(fc.constantFrom('', ' ', '\u00a0'), words, fc.constantFrom('', ' ', '\u200b'))
  .map((parts) => parts.join(''));
const run: fc.Arbitrary<Run> = fc.record(
  {
    kind: fc.constantFrom(
      'text' as const,
      'text' as const,
      'text' as const,
      'status' as const,
      'mention' as const,
    ),
    text: fc.array(blanked, { minLength: 1, maxLength: 3 }).map((all) => all.join('')),
    marks: fc.constantFrom(0, 0, 0, BOLD, ITALIC, BOLD | ITALIC, CODE),
    href: fc.constantFrom('https://a.example/x_y?z=(1)|2', 'mailto:a@b.example', 'javascript:1'),
  },
  { requiredKeys: ['kind', 'text', 'marks'] },
);
const runs = fc
  .array(run, { minLength: 1, maxLength: 4 })
  .map((all) => [{ kind: 'text' as const, text: 'Z', marks: 0 }, ...all]);
const text = runs.map((all) => ({ runs: all, text: '', block: BLOCK, element }));

const paragraph: fc.Arbitrary<Content> = text.map((each) => ({ kind: 'paragraph', ...each }));
const code: fc.Arbitrary<Content> = fc
  .tuple(fc.constantFrom('', 'js'), fc.constantFrom('a', 'a\n\n  b', '```\nx\n```', '~~~', '- a\n\n\nb', '`'))
  .map(([language, body]) => ({ kind: 'code', block: BLOCK, language, text: body }));
const table: fc.Arbitrary<Content> = fc
  .array(fc.array(fc.oneof(runs, fc.constant<Run[]>([])), { minLength: 2, maxLength: 2 }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((rows) => ({
    kind: 'table',
    element,
    rows: rows.map((cells) => ({
      element,
      block: BLOCK,
      isHead: false,
      cells: cells.map((all) => ({ element, isHeader: false, runs: all, text: '', blocks: [] })),
    })),
  }));

const { content } = fc.letrec<{ content: Content; list: Content }>((tie) => ({
  content: fc.oneof({ maxDepth: 3 }, paragraph, code, table, tie('list')),
  list: fc
    .tuple(
      fc.boolean(),
      fc.array(
        fc.tuple(text, fc.array(tie('content'), { maxLength: 2 }), fc.constantFrom(undefined, true, false)),
        {
          minLength: 1,
          maxLength: 12,
          size: 'small',
        },
      ),
    )
    .map(([isOrdered, items]) => ({
      kind: 'list' as const,
      isOrdered,
      items: items.map(([line, nested, done]) => ({
        ...line,
        element,
        nested,
        task: done === undefined ? undefined : { id: undefined, uuid: undefined, done },
      })),
    })),
}));
export const contents = fc.array(content, { minLength: 1, maxLength: 3 });

const clean = (each: string): string =>
  each
    .replace(/[\u200b]/g, '')
    .replace(/\s+/g, ' ')
    .normalize('NFC')
    .trim();
/** Blanks around marks and pieces may be lost or moved; what is said may not. */
const said = (each: string): string => clean(each).replace(/ /g, '');

const lineOf = (all: readonly Run[]): string =>
  all.map(({ kind, text: each }) => (kind === 'status' ? `[${clean(each)}]` : each)).join('');

type Shape = [kind: string, ...rest: unknown[]];

/** Texts in a row are one, and so are lists of the same kind. */
const joined = (shapes: Shape[]): Shape[] => {
  const result: Shape[] = [];
  for (const each of shapes) {
    const last = result.at(-1);
    if (last?.[0] === 'text' && each[0] === 'text') last[1] = `${last[1]}/${each[1]}`;
    else if (last && /^(?:ol|ul)$/.test(each[0]) && last[0] === each[0]) last.push(...each.slice(1));
    else result.push(each);
  }
  return result;
};

/** What some contents mean. */
export const meant = (all: readonly Content[]): Shape[] =>
  joined(
    all.map((each): Shape => {
      if (each.kind === 'code') return ['code', each.language, each.text];
      if (each.kind === 'table')
        return [
          'table',
          ...(each as Table).rows.map(({ cells }) => cells.map((cell) => said(lineOf(cell.runs)))),
        ];
      if (each.kind === 'list')
        return [
          (each as List).isOrdered ? 'ol' : 'ul',
          ...each.items.map((item: ListItem) => [
            item.task?.done ?? null,
            ...joined([['text', said(lineOf(item.runs))], ...meant(item.nested)]),
          ]),
        ];
      return ['text', said(lineOf((each as { runs: Run[] }).runs))];
    }),
  );

/** The same of a Markdown text. */
export const shape = (node: Node): Shape[] =>
  joined(
    (node.children ?? []).map((child): Shape => {
      const { type, children = [] } = child;
      if (type === 'code') return ['code', child.lang ?? '', child.value];
      if (type === 'table')
        return ['table', ...children.map((row) => row.children?.map((cell) => said(textOf(cell))))];
      if (type === 'list')
        return [
          child.ordered ? 'ol' : 'ul',
          ...children.map((item) => [item.checked ?? null, ...shape(item)]),
        ];
      return [type === 'paragraph' ? 'text' : type, said(textOf(child))];
    }),
  );
