import { test } from 'vitest';
import { expectPair, type Pair } from '../../../support/planning/expect-pair.ts';
import {
  inserted,
  replaced,
  replacedAll,
  savedInEditor,
  without,
} from '../../../support/planning/storage-edits.ts';

const pairs: Pair[] = [
  [
    'a feature made a story, with a local id',
    '02',
    [replaced('Enabler: Penetration', 'Enabler Story: Penetration')],
  ],
  ['a feature made a story, with its number', '12', [replaced('Feature F5: Tank', 'Story F5: Tank')]],
  [
    'a feature made an epic, without any id',
    '17',
    [replaced('2.3 Lamp health', '2.3 Epic: Lamp health')],
    { asked: ['Lamp health → Lamp health'] },
  ],
  ['a section renamed', '17', [replaced('2. Features', '2. Feature list')]],
  ['a section of tasks renamed', '06', [replaced('>Stories<', '>User stories<')]],
  [
    'a list item made a heading, with its key',
    '07',
    [
      replaced('<li>F2.2: Loan reminders (depends on F2.1)</li>\n', ''),
      inserted('<h2>Enablers', '<h3>Feature F2.2: Loan reminders</h3>'),
    ],
  ],
  [
    'a list item made a heading, with its key and without its id',
    '08',
    [
      without('<li local-id="48118dd829b4">', '<li '),
      inserted('<p local-id="dede894e283a">', '<h3>Story S711: Collect cell voltages</h3>'),
    ],
  ],
  [
    'a bold line made a heading',
    '17',
    [replaced('<p><strong>Story: Calibrate on site</strong></p>', '<h3>Story: Calibrate on site</h3>')],
  ],
  [
    'a task made a heading',
    '06',
    [
      without('<ac:task><ac:task-id>22<', '</ac:task-list>'),
      inserted('<h2 local-id="417', '<h3>Story: Pay a part of the fee</h3>'),
    ],
  ],
  [
    'an epic put above all features',
    '06',
    [inserted('<h2 local-id="a2df', '<h1>Epic: The kiosk</h1>')],
    { added: ['The kiosk'] },
  ],
  [
    'an epic put above some features',
    '17',
    [
      inserted('<h1>2. Features', '<h1>Epic: Sensors</h1>'),
      replaced('<h1>2. Features</h1>', '<h2>Features</h2>'),
      replacedAll(/<h2>2/g, '<h3>2'),
      replacedAll(/(<h3>2[^<]*)<\/h2>/g, '$1</h3>'),
    ],
    { added: ['Sensors'] },
  ],
  [
    'two rows merged',
    '16',
    [
      replaced('"9b6cc6813851">Show diversions', '"9b6cc6813851">Show diversions, and save power at night'),
      without('<tr ac:local-id="e70a', '<tr'),
    ],
    {
      joined: ['Show diversions → Show diversions, and save power at night'],
      missing: ['Low-power mode at night'],
    },
  ],
  [
    'two stories merged',
    '02',
    [replaced('Ward tile', 'Ward tile and blocked beds'), without('<h3 local-id="7948', '<h3')],
    { joined: ['Ward tile → Ward tile and blocked beds'], missing: ['Blocked beds'] },
  ],

  [
    'all headings one level lower',
    '01',
    [replacedAll(/<(\/?)h(\d)>/g, (_, close = '', rank = '') => `<${close}h${Number(rank) + 1}>`)],
  ],
  [
    'all rows of a merged cell given their own',
    '11',
    [
      replaced('<td rowspan="3">Slot', '<td>Slot'),
      replaced('<tr><td>Close', '<tr><td>Slot capacity</td><td>Close'),
      replaced('<tr><td rowspan="2">Show', '<tr><td>Slot capacity</td><td rowspan="2">Show'),
    ],
  ],
  [
    'a row inserted below a merged cell',
    '11',
    [
      replaced('<th rowspan="2">Membership', '<th rowspan="3">Membership'),
      inserted(
        '<tr><td>Digital card</td><td>Renew',
        '<tr><td>Digital card</td><td>Freeze the card</td><td>3</td><td></td><td></td></tr>',
      ),
    ],
    { added: ['Freeze the card'] },
  ],
  [
    'a story made a feature, without any id',
    '01',
    [replaced('<h3>Story S2: Stop on hard decline</h3>', '<h2>Feature F3: Stop on hard decline</h2>')],
    { asked: ['Stop on hard decline → Stop on hard decline'] },
  ],
  [
    'a feature split in two',
    '02',
    [inserted('<h3 local-id="7948a0d59b76">', '<h2>Feature: Blocked beds view</h2>')],
    { added: ['Blocked beds view'] },
  ],
  [
    'two features merged',
    '01',
    [without('<h2>Feature F2', '<h3>'), replaced('card network</h2>', 'card network and card updater</h2>')],
    {
      joined: ['Retry schedule per card network → Retry schedule per card network and card updater'],
      missing: ['Card updater'],
    },
  ],
  [
    'a row struck',
    '03',
    [replaced('Travel-time report', '<s>Travel-time report</s>')],
    { missing: ['Travel-time report'] },
  ],
  [
    'a struck row taken up again',
    '03',
    [replaced('<s>Export scores to fax</s>', 'Export scores to fax')],
    { added: ['Export scores to fax'] },
  ],
];

test.each(pairs)('finds the items again after %s (page %s)', (_, page, edits, expected) =>
  expectPair(page, edits, expected),
);

const all = ['01', '02', '03', '04', '06', '07', '08', '09', '10', '11', '12', '16', '17'];

test.each(all)("finds all items of page %s again after an editor's save", (page) =>
  expectPair(page, [savedInEditor]),
);
