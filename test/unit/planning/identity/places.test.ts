import { test } from 'vitest';
import { expectPair, type Pair } from '../../../support/planning/expect-pair.ts';
import {
  columnsOrdered,
  moved,
  replaced,
  savedInEditor,
  without,
} from '../../../support/planning/storage-edits.ts';

const pairs: Pair[] = [
  [
    'rows in another order',
    '03',
    [moved('<tr><td>E1</td>', '<tr>', '<tr><td>&nbsp;</td>'), moved('<tr><td>US-1', '<tr>', '<tr><td>F3')],
  ],
  ['rows without ids in another order', '04', [moved('<tr><td>1</td>', '<tr>', '<tr><td>3</td>')]],
  ['columns in another order', '03', [columnsOrdered([2, 1, 0, 3, 5, 4, 8, 7, 6])]],
  ['columns in another order, with ids', '16', [columnsOrdered([6, 0, 3, 2, 1, 4, 5]), savedInEditor]],
  [
    'sections in another order',
    '02',
    [moved('<h1 local-id="2113c3b417ca">', '<h1 local-id="c648', '<h1 local-id="3125')],
  ],
  ['a story moved below another feature, with its key', '01', [moved('<h3>Story S2:', '<h2>', '<h1>Risks')]],
  [
    'a story moved below another feature, with its local id',
    '02',
    [moved('<h3 local-id="7948a0d59b76">', '<h3', '<h1 local-id="c648')],
  ],
  [
    'a story cut and pasted below another feature',
    '02',
    [moved('<h3 local-id="7948a0d59b76">', '<h3', '<h1 local-id="c648'), replaced('7948a0d59b76', 'pasted')],
    { asked: ['Blocked beds → Blocked beds'] },
  ],
  [
    'a row with a link to Linear cut and pasted elsewhere',
    '16',
    [
      moved('<tr ac:local-id="af04bb620f0e">', '<tr', '<tr ac:local-id="5df8'),
      replaced('af04bb620f0e', 'pasted'),
    ],
  ],
  [
    'a row with a key cut and pasted elsewhere',
    '10',
    [moved('<tr ac:local-id="04594194bfe6">', '<tr', '</tbody>'), replaced('04594194bfe6', 'pasted')],
  ],
  [
    'a task cut and pasted elsewhere',
    '06',
    [
      moved('<ac:task><ac:task-id>14<', '<ac:task><ac:task-id>16<', '<ac:task><ac:task-id>11<'),
      replaced('-id>14<', '-id>99<'),
    ],
  ],
  [
    'a section deleted',
    '02',
    [without('<h2 local-id="14a6ab6c85d3">', '<h1')],
    { missing: ['Penetration test'] },
  ],
  [
    'a parent deleted with its children',
    '02',
    [without('<h2 local-id="fac48c24fa95">', '<h2 local-id="14')],
    { missing: ['Event feed from the patient system', 'Can the vendor push instead of poll?'] },
  ],
  [
    'a parent deleted above its children',
    '01',
    [without('<h2>Feature F2', '<h3>')],
    { missing: ['Card updater'] },
  ],
  [
    'a row deleted whose successors move up',
    '01',
    [without('<h3>Story S1:', '<h3>'), replaced('Story S2:', 'Story S1:')],
    { missing: ['Configure retry days'] },
  ],
];

test.each(pairs)('finds the items again after %s (page %s)', (_, page, edits, expected) =>
  expectPair(page, edits, expected),
);
