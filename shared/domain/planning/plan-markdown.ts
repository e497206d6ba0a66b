import type { ItemState } from './item.ts';
import { escaped } from './markdown/escape.ts';
import type { EnablerType, Level } from './plan.ts';
import { oneLine } from './text.ts';

/** An item as a person sees it in the tree of a session. */
export type TreeItem = {
  id: string;
  parentId?: string | undefined;
  level: Level;
  enabler?: EnablerType | undefined;
  key?: string | undefined;
  title: string;
  estimate?: number | undefined;
  /** Linear's numbers: 1 urgent to 4 low. */
  priority?: 1 | 2 | 3 | 4 | undefined;
  acceptance?: { done: boolean | null }[] | undefined;
  state: ItemState | 'ignored';
  warnings: string[];
};

const PRIORITIES = { 1: 'urgent', 2: 'high', 3: 'medium', 4: 'low' } as const;

const STATES: Record<TreeItem['state'], string> = {
  present: '',
  missing: '**gone from the page**',
  proposed: '**is this a known item?**',
  unsure: '**is this another item now?**',
  ignored: 'ignored',
};

/** Text that cannot break the layout: one line without Markdown of its own. */
const plain = (text: string): string => escaped(oneLine(text)).replaceAll('#', '\\#');

const many = (count: number, one: string, other = `${one}s`): string =>
  `${count} ${count === 1 ? one : other}`;

const criteria = (all: { done: boolean | null }[]): string => {
  const tickable = all.filter(({ done }) => done !== null);
  const ticked = tickable.filter(({ done }) => done).length;
  const count = many(all.length, 'criterion', 'criteria');
  return tickable.length === 0 ? count : `${count}, ${ticked} ticked`;
};

const kindOf = ({ level, enabler }: TreeItem): string =>
  enabler === undefined ? level : `${enabler === 'untyped' ? '' : `${enabler} `}enabler ${level}`;

const lineOf = (item: TreeItem): string => {
  const key = item.key === undefined ? '' : `\`${oneLine(item.key).replaceAll('`', "'")}\` `;
  const title = plain(item.title);
  const name = item.state === 'ignored' ? `~~${title}~~` : `**${title}**`;
  const facts = [
    kindOf(item),
    item.estimate === undefined ? '' : many(item.estimate, 'point'),
    item.priority === undefined ? '' : PRIORITIES[item.priority],
    item.acceptance?.length ? criteria(item.acceptance) : '',
    STATES[item.state],
  ];
  const warnings = item.warnings.map((code) => `⚠ ${plain(code)}`);
  return `- ${key}${name} · ${[...facts, ...warnings].filter((fact) => fact !== '').join(' · ')}`;
};

/**
 * The tree of a session's items as Markdown, in the order given. An item whose parent is not among `items`, or is below
 * the item itself, stands at the top.
 */
export const planMarkdown = (title: string, items: readonly TreeItem[]): string => {
  const ids = new Set(items.map(({ id }) => id));
  const children = Map.groupBy(items, ({ id, parentId }) =>
    parentId !== undefined && parentId !== id && ids.has(parentId) ? parentId : '',
  );
  const lines: string[] = [];
  const seen = new Set<string>();
  /** Items still to print, the next one last. */
  const open: { item: TreeItem; depth: number }[] = [];
  const openAll = (all: readonly TreeItem[], depth: number) => {
    for (const item of all.toReversed()) open.push({ item, depth });
  };
  const print = () => {
    for (let next = open.pop(); next; next = open.pop()) {
      const { item, depth } = next;
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      lines.push(`${'  '.repeat(depth)}${lineOf(item)}`);
      openAll(children.get(item.id) ?? [], depth + 1);
    }
  };
  openAll(children.get('') ?? [], 0);
  print();
  for (const item of items) {
    openAll([item], 0);
    print();
  }
  const points = items.filter(({ level, state }) => level === 'story' && state === 'present');
  const sum = points.reduce((total, { estimate = 0 }) => total + estimate, 0);
  const warnings = items.reduce((total, item) => total + item.warnings.length, 0);
  const counts = [many(items.length, 'item'), `${many(sum, 'point')} in stories`, many(warnings, 'warning')];
  return `# ${plain(title)}\n\n${counts.join(' · ')}\n\n${lines.join('\n')}${lines.length > 0 ? '\n' : 'No items.\n'}`;
};
