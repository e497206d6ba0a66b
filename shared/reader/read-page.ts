import type { Coverage, Reading } from '../domain/planning/plan.ts';
import { oneLine } from '../domain/planning/text.ts';
import { limits } from './limits.ts';
import type { ReadOptions } from './plan/finish/gate.ts';
import { first } from './plan/items/add-draft.ts';
import { readDrafts } from './plan/read.ts';
import type { Block } from './storage/blocks.ts';
import { isElement } from './storage/elements.ts';
import type { Users } from './storage/runs.ts';
import { type Parsed, parseStorage, type Tree } from './storage/tree.ts';

/** A page whose text is parsed, or why it is not. */
export type ParsedPage = Parsed;

/**
 * Parses a page's storage, so that it can be read once the people it mentions are known. Never throws; `readPlan` says
 * what was wrong.
 */
export const parsePage = (storage: string): ParsedPage => parseStorage(storage);

/** The account ids of the people that a page mentions, each once. */
export const mentionedAccounts = (page: ParsedPage): string[] => {
  if (page.outcome !== 'parsed') return [];
  const accounts = new Set<string>();
  const nodes = [page.tree.root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const account = node.name === 'ri:user' ? node.attributes['ri:account-id'] : undefined;
    if (account !== undefined) accounts.add(account);
    for (const child of node.children) if (isElement(child)) nodes.push(child);
  }
  return [...accounts];
};

const nothing = (): Omit<Extract<Reading, { outcome: 'plan' }>, 'outcome'> => ({
  pageProps: {},
  items: [],
  warnings: [],
  coverage: { blocks: 0, item: 0, field: 0, context: 0, ignored: 0, unread: 0 },
  ignored: [],
  unread: [],
});

/** Reads a parsed page: its items, and what became of each of its blocks. The same for the same page. Never throws. */
export const readPlan = (page: ParsedPage, users: Users, options: ReadOptions = {}): Reading => {
  if (page.outcome !== 'parsed') return { ...nothing(), ...page };
  return readTree(page.tree, users, options);
};

/** Parses and reads a page. `users`: account id → display name. Never throws. */
export const readPage = ({
  storage,
  users,
  ...options
}: { storage: string; users: Users } & ReadOptions): Reading => readPlan(parsePage(storage), users, options);

const readTree = ({ root }: Tree, users: Users, options: ReadOptions): Reading => {
  const read = readDrafts(root, users, options);
  if (read === 'too_many')
    return { ...nothing(), outcome: 'too_large', exceeded: { limit: 'items', most: limits.items } };
  const { page, blocks, items, warnings, against } = read;
  const seen = {
    pageProps: page.props,
    ignored: blocks
      .filter((block) => block.class === 'ignored')
      .map(({ reason = '', quote }) => ({ reason, quote: first(oneLine(quote()), 80) })),
    unread: blocks
      .filter((block) => block.class === 'unread')
      .map(({ reason = '', target = '' }) => ({ reason, target })),
  };
  if (against === undefined)
    return { outcome: 'plan', ...seen, items, warnings, coverage: coverageOf(blocks) };
  const counted = coverageOf(blocks);
  return {
    outcome: 'not_a_plan',
    seen: { reason: against, candidates: items.length },
    ...seen,
    items: [],
    warnings: [],
    coverage: { ...counted, context: counted.context + counted.item + counted.field, item: 0, field: 0 },
  };
};

const coverageOf = (blocks: readonly Block[]): Coverage => {
  const { coverage } = nothing();
  coverage.blocks = blocks.length;
  for (const block of blocks) coverage[block.class]++;
  return coverage;
};
