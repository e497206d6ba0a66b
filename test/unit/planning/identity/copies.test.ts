import { test } from 'vitest';
import { expectPair, type Pair } from '../../../support/planning/expect-pair.ts';
import { copied, replaced, savedInEditor } from '../../../support/planning/storage-edits.ts';

const same = (text: string) => text;

const pairs: Pair[] = [
  ['the whole page copied', '02', []],
  ['the whole page copied and saved', '02', [savedInEditor]],
  [
    'the whole page copied, and titles changed',
    '16',
    [
      replaced('Low-power mode at night', 'Sleep at night'),
      replaced('Feature: Stop displays', 'Feature: Displays in 2027'),
    ],
    { joined: ['Low-power mode at night → Sleep at night', 'Stop displays → Displays in 2027'] },
  ],
  [
    'a row copied with its ids, and changed',
    '16',
    [
      copied(
        '<tr ac:local-id="e70a03dec656">',
        '<tr',
        replaced('Low-power mode at night', 'Full power at noon'),
      ),
    ],
    { added: ['Full power at noon'] },
  ],
  [
    'a row copied with its ids, changed and saved',
    '16',
    [
      copied(
        '<tr ac:local-id="5df84806aac6">',
        '</tbody>',
        replaced('Fallback text</a>', 'Fallback sound</a>'),
      ),
      savedInEditor,
    ],
    { asked: ['Fallback text → Fallback text'], added: ['Fallback sound'] },
  ],
  [
    'a story copied with its id, and changed',
    '02',
    [copied('<h3 local-id="2ac0a3aa29cc">', '<h3', replaced('Ward tile', 'Ward tile for nurses'))],
    { added: ['Ward tile for nurses'] },
  ],
  [
    'a story copied with its id, changed and saved',
    '02',
    [
      copied('<h3 local-id="2ac0a3aa29cc">', '<h3', replaced('Ward tile', 'Ward tile for nurses')),
      savedInEditor,
    ],
    { asked: ['Ward tile → Ward tile'], added: ['Ward tile for nurses'] },
  ],
  [
    'a row copied with its key, and changed',
    '03',
    [copied('<tr><td>US-2', '<tr>', replaced('override a slot', 'override a whole aisle'))],
    { added: ['Override a whole aisle'] },
  ],
  [
    'a story copied as it is',
    '02',
    [copied('<h3 local-id="2ac0a3aa29cc">', '<h3', same)],
    { asked: ['Ward tile → Ward tile'], added: ['Ward tile (2)'] },
  ],
  [
    'a row without ids copied as it is',
    '04',
    [copied('<tr><td>2</td>', '<tr>', same)],
    { asked: ['Gate opens on plate → Gate opens on plate'], added: ['Gate opens on plate (2)'] },
  ],
];

test.each(pairs)('finds the items again after %s (page %s)', (_, page, edits, expected) =>
  expectPair(page, edits, expected),
);
