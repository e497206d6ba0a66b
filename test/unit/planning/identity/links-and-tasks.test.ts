import { test } from 'vitest';
import { expectPair, type Pair } from '../../../support/planning/expect-pair.ts';
import { copied, inserted, replaced, replacedAll } from '../../../support/planning/storage-edits.ts';

const pairs: Pair[] = [
  [
    'two links to Linear swapped',
    '16',
    [
      replaced('show-diversions">PIS-31<', 'show-diversions">HELD<'),
      replaced('issue/PIS-31/', 'issue/PIS-32/'),
      replaced('HELD<', 'PIS-32<'),
      replaced('e789ad415f43">PIS-32<', 'e789ad415f43">PIS-31<'),
    ],
  ],
  [
    'a link to Linear added',
    '02',
    [
      replaced(
        'Story: Blocked beds',
        'Story: Blocked beds <a href="https://linear.app/x/issue/ENG-9">ENG-9</a>',
      ),
    ],
  ],
  ['a link to Linear removed', '16', [replaced('>PIS-32<', '><')]],
  ['a link to Linear of another row pasted', '16', [replaced('>PIS-32<', '>PIS-31<')]],
  [
    'titles pasted one row lower',
    '16',
    [
      replaced('9b6cc6813851">Show diversions', '9b6cc6813851">Dim at noon'),
      replaced('d65ac160dc87">Low-power mode at night', 'd65ac160dc87">Show diversions'),
    ],
    { asked: ['Show diversions → Dim at noon', 'Low-power mode at night → Show diversions'] },
  ],
  [
    'other ids for all tasks',
    '06',
    [replacedAll(/<ac:task-id>(\d+)/g, (_, number = '') => `<ac:task-id>${Number(number) + 1}`)],
  ],
  [
    'a task inserted that moves the ids of all others',
    '06',
    [
      replacedAll(/<ac:task-id>(\d+)/g, (_, number = '') => `<ac:task-id>${Number(number) + 1}`),
      inserted(
        '<ac:task><ac:task-id>12<',
        '<ac:task><ac:task-id>11</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>Open the hatch</ac:task-body></ac:task>',
      ),
    ],
    { added: ['Open the hatch'] },
  ],
  [
    'a box copied with its id, and changed',
    '08',
    [
      copied(
        '<ac:structured-macro ac:name="expand" ac:schema-version="1" ac:macro-id="e70a"',
        '<ac:structured-macro ac:name="expand" ac:schema-version="1" ac:macro-id="e70b"',
        replaced('Story S701: Show remaining kilometres', 'Story S702: Show remaining hours'),
      ),
    ],
    { added: ['Show remaining hours'] },
  ],
];

test.each(pairs)('finds the items again after %s (page %s)', (_, page, edits, expected) =>
  expectPair(page, edits, expected),
);
