import { test } from 'vitest';
import { expectPair, type Pair } from '../../../support/planning/expect-pair.ts';
import {
  columnsOrdered,
  type Edit,
  inserted,
  replaced,
  replacedAll,
  swapped,
} from '../../../support/planning/storage-edits.ts';

/** `F1.2` becomes `F1.3`, `S1.2.1` becomes `S1.3.1`: what a feature typed in as the first one does to the keys below it. */
const movedUp = replacedAll(
  /\b([FS])1\.(\d+)/g,
  (_, letter = '', number = '') => `${letter}1.${Number(number) + 1}`,
);
const withoutLocalIds = replacedAll(/ (?:ac:)?local-id="[^"]*"/g, '');
const feature =
  '<tr><td>F1.1</td><td>Feature</td><td>Hire a second depot</td><td></td><td>5</td><td></td><td></td><td></td></tr>';
const firstFeature: Edit[] = [movedUp, inserted('<tr ac:local-id="83140dc6a5f6">', feature)];

const pairs: Pair[] = [
  [
    'an inserted story that renumbers all others',
    '01',
    [
      replaced('S2:', 'S3:'),
      replaced('S1:', 'S2:'),
      replaced('on S1.', 'on S2.'),
      inserted('<h3>Story S2: Conf', '<h3>Story S1: Show the retry calendar</h3><p>In the shop.</p>'),
    ],
    { added: ['Show the retry calendar'] },
  ],
  [
    'an inserted feature that renumbers all others',
    '01',
    [
      replaced('Feature F2', 'Feature F3'),
      replaced('Feature F1', 'Feature F2'),
      inserted('<h2>Feature F2', '<h2>Feature F1 &ndash; Dunning letters</h2><p>By post.</p>'),
    ],
    { added: ['Dunning letters'] },
  ],
  [
    'an inserted epic that renumbers all others',
    '07',
    [
      replacedAll(/\b([EF])([12])\b/g, (_, letter = '', number = '') => `${letter}${Number(number) + 1}`),
      inserted('<li><strong>E2', '<li><strong>E1: Concerts</strong></li>'),
    ],
    { added: ['Concerts'] },
  ],
  ['an inserted feature in 400 numbered rows', '10', firstFeature, { added: ['Hire a second depot'] }],
  [
    'a story split in two',
    '03',
    [
      replaced('See the score on the item card', 'See the score'),
      inserted(
        '<tr><td>US-2</td>',
        '<tr><td>US-7</td><td>User Story</td><td>Open the item card</td><td>F1</td><td>1</td><td>P2</td><td>Date of the last run is shown</td><td></td><td></td></tr>',
      ),
    ],
    { joined: ['See the score on the item card → See the score'], added: ['Open the item card'] },
  ],
  [
    'all keys changed',
    '03',
    [
      replacedAll(
        /\b(E|F|US-|EN-)([1-9])\b/g,
        (_, prefix = '', number = '') => `${prefix}${Number(number) * 7 + 300}`,
      ),
    ],
  ],
  [
    'another prefix in every key',
    '03',
    [replacedAll(/\bUS-(\d)\b/g, 'Story-$1'), replacedAll(/\bF(\d)\b/g, 'FEAT-$1')],
  ],
  ['one key changed beside a local id', '08', [replaced('[S711]', '[S719]')]],
  ['the key column removed', '03', [columnsOrdered([1, 2, 3, 4, 5, 6, 7, 8])]],
  ['the columns of keys and parents removed', '03', [columnsOrdered([1, 2, 4, 5, 6, 7, 8])]],
  ['keys removed from headings', '12', [replacedAll(/(Epic|Feature|Story) [EFS]\d:/g, '$1:')]],
  [
    'keys added to headings',
    '17',
    [replaced('2.1 Fog', '2.1 Feature F1: Fog'), replaced('2.3 Lamp', '2.3 Feature F2: Lamp')],
  ],
  [
    'keys added to rows',
    '11',
    [
      replaced('>Define slots', '>S1: Define slots'),
      replaced('>Close a slot', '>S2: Close a slot'),
      replaced('>Reserve', '>S3: Reserve'),
      replaced('>Add the card', '>S4: Add the card'),
    ],
  ],

  [
    'two keys swapped',
    '03',
    [swapped('<td>F1</td><td>Feature', '<td>F3</td><td>Feature')],
    { asked: ['Slot score per SKU → Slot score per SKU', 'Travel-time report → Travel-time report'] },
  ],
];

test.each(pairs)('finds the items again after %s (page %s)', (_, page, edits, expected) =>
  expectPair(page, edits, expected),
);

test('finds 400 numbered rows without local ids again after an inserted feature', () => {
  expectPair('10', firstFeature.concat(withoutLocalIds), { added: ['Hire a second depot'] });
});
