import { test } from 'vitest';
import { expectPair, type Pair } from '../../../support/planning/expect-pair.ts';
import { inserted, moved, replaced, without } from '../../../support/planning/storage-edits.ts';

const pairs: Pair[] = [
  [
    'one of two items with the same title renamed',
    '12',
    [replaced('Story: Read the wind sensor', 'Story: Read the rain sensor')],
    { asked: ['Read the wind sensor (2) → Read the rain sensor'] },
  ],
  [
    'a row deleted that shares its key',
    '12',
    [without('<h4>Story S1: Close vents', '<h4>')],
    { missing: ['Close vents above 14 m/s'] },
  ],
  [
    'an inserted story with the title of the only other one, which it renumbers',
    '01',
    [
      replaced('EN1 (infra', 'EN2 (infra'),
      inserted(
        '<h3>Enabler Story EN2',
        '<h3>Enabler Story EN1: Vault connection to the account updater</h3><p>For tests only.</p>',
      ),
    ],
    {
      joined: ['Vault connection to the account updater → Vault connection to the account updater (2)'],
      added: ['Vault connection to the account updater'],
    },
  ],

  [
    'the first of two items with the same title removed',
    '12',
    [without('<h4>Story S1: Read', '<h4>')],
    { joined: ['Read the wind sensor (2) → Read the wind sensor'], missing: ['Read the wind sensor'] },
  ],
  [
    'the second of two items with the same title removed',
    '12',
    [without('<h4>Story: Read', '<h3>')],
    { missing: ['Read the wind sensor (2)'] },
  ],
  [
    'two items with the same title in another order',
    '12',
    [moved('<h4>Story: Read', '<h3>', '<h4>Story S1: Read')],
    {
      joined: [
        'Read the wind sensor → Read the wind sensor (2)',
        'Read the wind sensor (2) → Read the wind sensor',
      ],
    },
  ],
  [
    'an item called like one of another level',
    '01',
    [replaced('Story S1: Configure retry days', 'Story S1: Card updater')],
    { joined: ['Card updater → Card updater (2)'], asked: ['Configure retry days → Card updater'] },
  ],
  [
    'a second row with the title of another',
    '04',
    [
      inserted(
        '<tr><td>3</td>',
        '<tr><td>9</td><td>Gate opens on plate</td><td>As a host, I want a second gate</td><td></td><td></td><td></td></tr>',
      ),
    ],
    { added: ['Gate opens on plate (2)'] },
  ],
];

test.each(pairs)('finds the items again after %s (page %s)', (_, page, edits, expected) =>
  expectPair(page, edits, expected),
);
