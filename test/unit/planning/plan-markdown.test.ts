import { fromMarkdown } from 'mdast-util-from-markdown';
import { expect, test } from 'vitest';
import { planMarkdown, type TreeItem } from '../../../shared/domain/planning/plan-markdown.ts';

const item = (id: string, parentId: string | undefined, rest: Partial<TreeItem> = {}): TreeItem => ({
  id,
  parentId,
  level: 'story',
  enabler: undefined,
  key: undefined,
  title: id,
  state: 'present',
  warnings: [],
  ...rest,
});

test('shows the tree with what a person asks about each item', () => {
  const text = planMarkdown('Bed board 2026', [
    item('e', undefined, { level: 'epic', key: 'E1', title: 'Real-time bed board', priority: 2 }),
    item('f', 'e', { level: 'feature', key: 'F1', title: 'Live occupancy view', estimate: 8 }),
    item('s', 'f', {
      key: 'S1',
      title: 'Ward tile',
      estimate: 5,
      acceptance: [{ done: true }, { done: false }],
    }),
    item('t', 'f', {
      title: 'Blocked beds',
      estimate: 1,
      warnings: ['vague-ac'],
      acceptance: [{ done: null }],
    }),
    item('n', 'e', { level: 'feature', enabler: 'architectural', title: 'Event feed', state: 'missing' }),
    item('p', 'n', { enabler: 'untyped', title: 'Vendor push', state: 'proposed' }),
    item('i', undefined, { level: 'feature', title: 'Print the board', state: 'ignored' }),
  ]);
  expect(text).toBe(`# Bed board 2026

7 items · 6 points in stories · 1 warning

- \`E1\` **Real-time bed board** · epic · high
  - \`F1\` **Live occupancy view** · feature · 8 points
    - \`S1\` **Ward tile** · story · 5 points · 2 criteria, 1 ticked
    - **Blocked beds** · story · 1 point · 1 criterion · ⚠ vague-ac
  - **Event feed** · architectural enabler feature · **gone from the page**
    - **Vendor push** · enabler story · **is this a known item?**
- ~~Print the board~~ · feature · ignored
`);
});

test.each([
  'a\n# b',
  '**x** _y_',
  '`code`',
  '<b>x</b>',
  '[a](https://a.example)',
  '| a |',
  '&amp; @team',
  'a\\',
])('shows the title %j as text on one line', (title) => {
  const text = planMarkdown(title, [item('a', undefined, { title, key: title }), item('b', undefined)]);
  const list = fromMarkdown(text).children[2];
  expect(list?.type === 'list' && list.children.length).toBe(2);
  const [line] = text.split('\n').filter((each) => each.startsWith('- '));
  const paragraph = fromMarkdown((line ?? '').slice(2)).children[0];
  const parts = paragraph?.type === 'paragraph' ? paragraph.children : [];
  expect(parts.map(({ type }) => type)).toEqual(['inlineCode', 'text', 'strong', 'text']);
  expect(parts[2]?.type === 'strong' && parts[2].children).toMatchObject([
    { type: 'text', value: title.replace('\n', ' ') },
  ]);
});

test('shows every item once, whatever the parents say', () => {
  const text = planMarkdown('x', [
    item('a', 'b'),
    item('b', 'a'),
    item('c', 'c'),
    item('d', 'gone'),
    item('e', undefined),
  ]);
  expect(text.match(/^ *- /gm)).toHaveLength(5);
});
