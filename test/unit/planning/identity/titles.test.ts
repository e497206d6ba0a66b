import { test } from 'vitest';
import { expectPair, type Pair } from '../../../support/planning/expect-pair.ts';
import {
  inserted,
  replaced,
  replacedAll,
  savedInEditor,
  swapped,
  without,
} from '../../../support/planning/storage-edits.ts';

const pairs: Pair[] = [
  [
    'a title reworded, with a numbered key',
    '01',
    [replaced('card network</h2>', 'card brand</h2>')],
    { joined: ['Retry schedule per card network → Retry schedule per card brand'] },
  ],
  [
    'a title reworded, with a numbered key, and the page saved in the editor',
    '01',
    [replaced('Stop on hard decline', 'Stop at once on a hard decline'), savedInEditor],
    { joined: ['Stop on hard decline → Stop at once on a hard decline'] },
  ],
  [
    'a new title over the same text, with a local id',
    '02',
    [replaced('Story: Ward tile', 'Story: One card for each ward')],
    { joined: ['Ward tile → One card for each ward'] },
  ],
  [
    'a title reworded without any id',
    '11',
    [replaced('at short notice', 'at very short notice')],
    { asked: ['Close a slot at short notice → Close a slot at very short notice'] },
  ],
  [
    'a title reworded in a list without ids',
    '07',
    [replaced('Mark a piece as returned', 'Mark one piece as returned')],
    { asked: ['Mark a piece as returned → Mark one piece as returned'] },
  ],
  [
    'a title reworded in a task',
    '06',
    [replaced('Story: Pay a part of the fee', 'Story: Pay part of a fee')],
    { joined: ['Pay a part of the fee → Pay part of a fee'] },
  ],
  [
    'a title reworded in the title of a box',
    '08',
    [replaced('Show remaining kilometres', 'Show the remaining kilometres')],
    { joined: ['Show remaining kilometres → Show the remaining kilometres'] },
  ],
  [
    'a title replaced beside a link to Linear',
    '16',
    [replaced('"9b6cc6813851">Show diversions', '"9b6cc6813851">Tell passengers about detours')],
    { joined: ['Show diversions → Tell passengers about detours'] },
  ],
  [
    'other letters, quotes and dashes',
    '03',
    [
      replaced('Travel-time report', 'TRAVEL–TIME &ldquo;Report&rdquo;'),
      replaced('Nightly job runner', '&ldquo;Nightly job runner&rdquo;'),
    ],
    { joined: ['Travel-time report → TRAVEL–TIME “Report”', 'Nightly job runner → “Nightly job runner”'] },
  ],
  [
    'other letters and quotes, without any id',
    '17',
    [replaced('Story: Calibrate on site', 'Story: &ldquo;CALIBRATE on site&rdquo;')],
    { joined: ['Calibrate on site → “CALIBRATE on site”'] },
  ],
  [
    'two titles swapped above their texts',
    '02',
    [swapped('Ward tile', 'Blocked beds')],
    { asked: ['Ward tile → Ward tile', 'Blocked beds → Blocked beds'] },
  ],
  [
    'two titles swapped, with keys',
    '08',
    [swapped('Collect cell voltages', 'Age model')],
    {
      asked: ['Collect cell voltages → Age model', 'Age model → Collect cell voltages'],
    },
  ],
  [
    'a parent renamed above all its children',
    '11',
    [replacedAll(/Slot capacity/g, 'Rooms and their limits')],
    { asked: ['Slot capacity → Rooms and their limits'] },
  ],
  [
    'a parent with a local id renamed above all its children',
    '02',
    [replaced('Epic: Discharge planning', 'Epic: Leaving the ward')],
    { joined: ['Discharge planning → Leaving the ward'] },
  ],
  [
    'a numbered parent renamed above all its children',
    '01',
    [replaced('Recover failed renewals automatically', 'Dunning')],
    { asked: ['Recover failed renewals automatically → Dunning'] },
  ],
  [
    'a title used for another thing in a table',
    '03',
    [
      without('<tr><td>US-2</td>', '<tr>'),
      inserted(
        '<tr><td>F3</td>',
        '<tr><td>US-9</td><td>User Story</td><td>Override a slot</td><td>F3</td><td>1</td><td>P2</td><td>Report is green</td><td></td><td></td></tr>',
      ),
    ],
    { asked: ['Override a slot → Override a slot'] },
  ],
  [
    'a title used for another thing below another heading',
    '02',
    [
      without('<h3 local-id="2ac0a3aa29cc">', '<h3 '),
      inserted('<h1 local-id="c6480561908b">', '<h3 local-id="new">Story: Ward tile</h3><p>Order tiles.</p>'),
    ],
    { asked: ['Ward tile → Ward tile'] },
  ],
  [
    'a row used for another thing',
    '16',
    [
      replaced(
        '<a href="https://linear.app/trambo/issue/PIS-35/fallback-text">Fallback text</a>',
        'Driver app',
      ),
      replaced('Text is at most 40 characters', 'Works offline'),
    ],
    { asked: ['Fallback text → Driver app'] },
  ],

  [
    'titles translated, some with keys',
    '09',
    [replaced('Rollout steuern', 'Steer the rollout'), replaced('Fahrzeiten anzeigen', 'Show travel times')],
    { joined: ['Fahrzeiten anzeigen → Show travel times'], asked: ['Rollout steuern → Steer the rollout'] },
  ],
  [
    'another end of a user voice',
    '03',
    [replaced('so that heavy items stay low', 'so that light items go up')],
  ],
  [
    'a short title before a user voice',
    '07',
    [replaced('<li>As a singer', '<li><strong>Find my part</strong>: As a singer')],
  ],
  [
    'an estimate and a priority behind a title',
    '17',
    [replaced('Calibrate on site', 'Calibrate on site (8 SP) [High]')],
  ],
];

test.each(pairs)('finds the items again after %s (page %s)', (_, page, edits, expected) =>
  expectPair(page, edits, expected),
);
