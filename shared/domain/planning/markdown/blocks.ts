import type { Token } from 'markdown-it';
import { inlines } from './inlines.ts';
import { DEEPEST, parser } from './parser.ts';
import { isRegular } from './regular.ts';
import { isUnclear } from './unclear.ts';

/** A block of a text at its top: lines `from` to `to` (exclusive), and what they say in one spelling. */
type Block = { from: number; to: number; parts: unknown[] };

/** More brackets within brackets than a person writes. The parser reads them in ways of its own. */
const isDeepLine = (text: string): boolean => {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '[' && ++depth > DEEPEST / 2) return true;
    if (character === ']' && depth > 0) depth--;
  }
  return false;
};

const isTooDeep = ({ level, type, content }: Token): boolean =>
  level >= DEEPEST - 1 || (type === 'inline' && isDeepLine(content));

const TASK = /^\[([ xX])\]\s/;

/** The tick of a list item, taken off its line. */
const tickOf = (line: Token | undefined): boolean | undefined => {
  const [box, tick] = TASK.exec(line?.content ?? '') ?? [];
  const first = line?.children?.[0];
  if (box === undefined || first?.type !== 'text' || !first.content.startsWith(box.trimEnd()))
    return undefined;
  if (line) line.content = line.content.slice(box.length);
  first.content = first.content.slice(3).trimStart();
  if (first.content === '' && line?.children?.[1]?.type === 'softbreak') line.children.splice(0, 2);
  return tick !== ' ';
};

/** Three plus signs at the start of a line open and close a section in Linear. */
const FOLD = /^\+\+\+/m;

/** Of these, how they are written or whether they are loose says nothing. */
const SILENT = new Set(['paragraph_close', 'thead_open', 'thead_close', 'tbody_open', 'tbody_close']);

const partOf = (token: Token, at: number, tokens: readonly Token[]): unknown[] => {
  const { type, tag, info, content } = token;
  switch (type) {
    case 'inline':
      return isUnclear(token) ? ['unclear', content] : [inlines(token.children ?? [])];
    case 'paragraph_open': {
      const line = tokens[at + 1]?.content ?? '';
      return FOLD.test(line) ? ['fold', line.split('\n').map((each) => FOLD.test(each))] : ['p'];
    }
    case 'fence':
    case 'code_block':
      return ['code', parser.utils.unescapeAll(info).trim(), content];
    case 'html_block':
      return ['html', content.trimEnd()];
    case 'ordered_list_open':
      return ['ol', token.attrGet('start') ?? 1];
    case 'list_item_open':
      return ['li', tokens[at + 1]?.type === 'paragraph_open' ? (tickOf(tokens[at + 2]) ?? null) : null];
    case 'th_open':
    case 'td_open':
      return ['cell', token.attrGet('style') ?? ''];
    default:
      return SILENT.has(type) ? [] : [token.nesting < 0 ? `/${tag}` : tag];
  }
};

/** Two lists of bullets in a row are one, since Linear writes all bullets alike. */
const withoutSplits = (tokens: readonly Token[]): Token[] => {
  const kept: Token[] = [];
  for (const token of tokens)
    if (token.type === 'bullet_list_open' && kept.at(-1)?.type === 'bullet_list_close') kept.pop();
    else kept.push(token);
  return kept;
};

/**
 * The blocks of a text, or `undefined` if it nests too deeply to be read, or parsers could disagree about its blocks.
 * Definitions of links are such a case, which neither the page nor Linear writes.
 */
export const blocksOf = (text: string, lines: readonly string[]): Block[] | undefined => {
  const environment: Record<string, unknown> = {};
  const tokens = parser.parse(text, environment);
  if (environment.references !== undefined || tokens.some(isTooDeep)) return undefined;
  if (!isRegular(tokens, lines)) return undefined;
  const blocks: Block[] = [];
  let block: Block | undefined;
  const kept = withoutSplits(tokens);
  for (const [at, token] of kept.entries()) {
    const [from = 0, to = 0] = token.map ?? [];
    block ??= { from, to, parts: [] };
    // The second of two joined lists has no start of its own.
    block.to = Math.max(block.to, to);
    block.parts.push(...partOf(token, at, kept));
    if (token.level > 0 || token.nesting > 0) continue;
    blocks.push(block);
    block = undefined;
  }
  return blocks;
};
