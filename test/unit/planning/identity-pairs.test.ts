import { expect, test } from 'vitest';
import { faceOf, type KnownItem } from '../../../shared/domain/planning/identity/face.ts';
import { matchReading } from '../../../shared/domain/planning/identity/match.ts';
import { type Line, type Page, readPlan, renumber } from '../../support/edited-plan.ts';

const LEVELS = { E: 'epic', F: 'feature', S: 'story' } as const;

/** `F2 Card updater` is a feature with a key; `S- Ward tile` has none. Stories stand below the feature before them. */
const page = (rows: string[], hasLocalIds = false): Page => {
  const above: Partial<Record<string, number>> = {};
  const lines = rows.map((row, at): Line => {
    const [, letter = 'S', number = '', title = ''] = /^([EFS])(\S+) (.*)$/.exec(row) ?? [];
    above[letter] = at + 1;
    const parent = letter === 'S' ? (above.F ?? 0) : letter === 'F' ? (above.E ?? 0) : 0;
    const key = number === '-' ? {} : { key: `${letter}${number}` };
    const localId = hasLocalIds ? { localId: `id-${at}` } : {};
    return {
      truth: at + 1,
      level: LEVELS[letter as keyof typeof LEVELS],
      title,
      parent,
      ...key,
      ...localId,
      description: `About ${title}`,
    };
  });
  return { lines, keys: 'positions', hasLocalIds, unclear: new Set() };
};

const dunning = () =>
  page([
    'E1 Recover failed renewals',
    'F1 Retry schedule per card network',
    'S1 Configure retry days',
    'S2 Stop on hard decline',
    'F2 Card updater',
    'S3 Vault connection to the updater',
  ]);
const warehouse = () =>
  page([
    'E1 Dynamic slotting',
    'F1 Slot score per SKU',
    'S11 See the score on the item card',
    'S14 Override a slot',
    'F3 Travel-time report',
    'S27 Nightly job runner',
  ]);
const bedBoard = () =>
  page(
    [
      'E- Real-time bed board',
      'F- Live occupancy view',
      'S- Ward tile',
      'S- Blocked beds',
      'F- Penetration test',
      'F- Planned discharge date',
      'S- Nurse enters the date',
    ],
    true,
  );
const museum = () =>
  page([
    'E- Timed entry',
    'F- Slot capacity',
    'S- Define slots per room',
    'S- Close a slot at short notice',
    'F- Group bookings',
    'S- Reserve for a school class',
    'E- Membership',
    'F- Digital card',
    'S- Renew from the card',
  ]);

const at = ({ lines }: Page, title: string): Line => {
  const found = lines.find((line) => line.title === title);
  if (!found) throw new Error(`no item is called ${title}`);
  return found;
};
const retitle = (from: string, to: string) => (edited: Page) => {
  at(edited, from).title = to;
};
const below = (title: string, parent: string) => (edited: Page) => {
  at(edited, title).parent = at(edited, parent).truth;
};
const without = (title: string) => (edited: Page) => {
  edited.lines = edited.lines.filter((line) => line.title !== title);
};
const withNew = (before: string, line: Partial<Line> & { title: string }) => (edited: Page) => {
  const next = at(edited, before);
  const { level, parent } = next;
  edited.lines.splice(edited.lines.indexOf(next), 0, { truth: 90, level, parent, ...line });
};
const swapped = (a: string, b: string) => (edited: Page) => {
  const [first, second] = [at(edited, a), at(edited, b)];
  [first.title, second.title] = [b, a];
};
const all = (edit: (line: Line, index: number) => void) => (edited: Page) => edited.lines.forEach(edit);
const saved = all((line, index) => {
  line.localId ??= `saved-${index}`;
  line.title = ` ${line.title} `;
});

/** What is expected besides all others being the same: new, missing and asked titles (`known → now`). */
type Expected = { added?: string[]; missing?: string[]; asked?: string[] };
type Edit = (edited: Page) => void;

const pairs: [what: string, start: () => Page, edits: Edit[], expected: Expected][] = [
  ['an untouched page', museum, [], {}],
  [
    'a title reworded, with a numbered key',
    dunning,
    [retitle('Retry schedule per card network', 'Retry schedule per card brand')],
    {},
  ],
  [
    'a title reworded, without any id',
    museum,
    [retitle('Close a slot at short notice', 'Close a slot at very short notice')],
    { asked: ['Close a slot at short notice → Close a slot at very short notice'] },
  ],
  [
    'a new title in the same place, over the same text',
    bedBoard,
    [retitle('Ward tile', 'One card for each ward')],
    {},
  ],
  [
    'a new title and text in the same place',
    bedBoard,
    [
      (edited) => {
        at(edited, 'Ward tile').description = 'Something else';
      },
      retitle('Ward tile', 'Print the letter'),
    ],
    { asked: ['Ward tile → Print the letter'] },
  ],
  ['a story moved, with its key', dunning, [below('Stop on hard decline', 'Card updater')], {}],
  [
    'a story moved, without any id',
    museum,
    [below('Renew from the card', 'Group bookings')],
    { asked: ['Renew from the card → Renew from the card'] },
  ],
  [
    'a story moved and reworded in the editor',
    bedBoard,
    [below('Blocked beds', 'Planned discharge date'), retitle('Blocked beds', 'Blocked beds list')],
    {},
  ],
  [
    'rows in reverse order',
    warehouse,
    [
      (edited) => {
        edited.lines.reverse();
      },
    ],
    {},
  ],
  [
    'a story deleted',
    museum,
    [without('Reserve for a school class')],
    { missing: ['Reserve for a school class'] },
  ],
  [
    'a deleted row whose successors move up',
    dunning,
    [without('Configure retry days'), renumber],
    { missing: ['Configure retry days'] },
  ],
  [
    'an inserted row that renumbers all keys',
    dunning,
    [withNew('Configure retry days', { title: 'Show the retry calendar' }), renumber],
    { added: ['Show the retry calendar'] },
  ],
  [
    'an inserted feature that renumbers all keys',
    dunning,
    [withNew('Retry schedule per card network', { title: 'Dunning letters' }), renumber],
    { added: ['Dunning letters'] },
  ],
  [
    'an inserted row and a reworded neighbour',
    dunning,
    [
      withNew('Configure retry days', { title: 'Show the retry calendar' }),
      renumber,
      retitle('Configure retry days', 'Configure all retry days'),
    ],
    { added: ['Show the retry calendar'], asked: ['Configure retry days → Configure all retry days'] },
  ],
  [
    'a row split in two',
    warehouse,
    [
      retitle('See the score on the item card', 'See the score'),
      withNew('Override a slot', { title: 'Open the item card', key: 'S12' }),
    ],
    { added: ['Open the item card'] },
  ],
  [
    'two rows merged',
    bedBoard,
    [retitle('Ward tile', 'Ward tile and blocked beds'), without('Blocked beds')],
    { missing: ['Blocked beds'] },
  ],
  [
    'a row copied with its id and changed',
    bedBoard,
    [withNew('Blocked beds', { title: 'Ward tile for nurses', localId: 'id-2' })],
    { added: ['Ward tile for nurses'] },
  ],
  [
    'a row copied with its key and changed',
    warehouse,
    [withNew('Override a slot', { title: 'Override a whole aisle', key: 'S14' })],
    { added: ['Override a whole aisle'] },
  ],
  [
    'one key changed, without any other id',
    warehouse,
    [
      (edited) => {
        at(edited, 'Travel-time report').key = 'F5';
      },
    ],
    { asked: ['Travel-time report → Travel-time report'] },
  ],
  [
    'all keys changed',
    warehouse,
    [
      all((line, index) => {
        line.key = `${line.key?.[0]}${500 + 3 * index}`;
      }),
    ],
    {},
  ],
  ['an editor save', museum, [saved], {}],
  [
    'an editor save with a reworded row',
    dunning,
    [saved, retitle(' Retry schedule per card network ', 'Retry schedule per card brand')],
    {},
  ],
  ['the whole page copied', bedBoard, [retitle('Ward tile', 'Ward tiles in colour')], {}],
  ['other quotes and capitals', museum, [retitle('Digital card', '“DIGITAL CARD”')], {}],
  [
    'two titles swapped, each in its place',
    bedBoard,
    [swapped('Ward tile', 'Blocked beds')],
    { asked: ['Blocked beds → Blocked beds', 'Ward tile → Ward tile'] },
  ],
  [
    'a parent renamed above all its children',
    museum,
    [retitle('Slot capacity', 'Rooms and their limits')],
    { asked: ['Slot capacity → Rooms and their limits'] },
  ],
  [
    'a feature that became a story, in its place',
    bedBoard,
    [
      (edited) => {
        at(edited, 'Penetration test').level = 'story';
      },
    ],
    {},
  ],
  [
    'a title used for another thing elsewhere',
    warehouse,
    [without('Override a slot'), withNew('Nightly job runner', { title: 'Override a slot', key: 'S40' })],
    { asked: ['Override a slot → Override a slot'] },
  ],
  [
    'an epic put above all features',
    () => page(['F- Slot capacity', 'S- Define slots', 'F- Group bookings']),
    [
      (edited) => {
        for (const line of edited.lines) if (line.level === 'feature') line.parent = 90;
        edited.lines.unshift({ truth: 90, level: 'epic', title: 'Timed entry', parent: 0 });
      },
    ],
    { added: ['Timed entry'] },
  ],
];

const known = (start: Page, rest: Partial<KnownItem> = {}): KnownItem[] =>
  readPlan(start).map((item, _, items) => ({
    ...faceOf(item),
    id: item.title,
    parentId: items.find(({ ref }) => ref === item.parent)?.title ?? null,
    isMissing: false,
    isGuarded: false,
    ...rest,
  }));

const compared = (before: KnownItem[], edited: Page) => {
  const items = readPlan(edited);
  const { matches, missing } = matchReading(before, items);
  const all = items.map(({ ref, title }, index) => ({
    title,
    truth: edited.lines[index]?.truth,
    match: matches.get(ref),
  }));
  return {
    added: all.flatMap(({ title, match }) => (match?.is === 'added' ? title : [])),
    missing,
    asked: all
      .flatMap(({ title, match }) => (match?.is === 'proposed' ? `${match.id} → ${title}` : []))
      .sort(),
    same: all.flatMap(({ truth, match }) => (match?.is === 'same' ? { truth, id: match.id } : [])),
  };
};

test.each(pairs)('finds the items again after %s', (_, start, edits, expected) => {
  const before = start();
  const edited = start();
  for (const edit of edits) edit(edited);
  const { same, ...rest } = compared(known(before), edited);
  expect(rest).toEqual({ added: [], missing: [], asked: [], ...expected });
  for (const { truth, id } of same) expect(before.lines[(truth ?? 0) - 1]?.title).toBe(id);
});

test('asks before an issue that is claimed or done gets another title and another text', () => {
  const edited = warehouse();
  Object.assign(at(edited, 'Override a slot'), { title: 'Override a slot for an aisle', description: 'New' });
  expect(compared(known(warehouse()), edited).asked).toEqual([]);
  const { asked } = compared(known(warehouse(), { isGuarded: true }), edited);
  expect(asked).toEqual(['Override a slot → Override a slot for an aisle']);
});

test("keeps a person's word about a match", () => {
  const edited = museum();
  retitle('Close a slot at short notice', 'Close a slot at very short notice')(edited);
  const shown = readPlan(edited)[3];
  if (!shown) throw new Error('the page has no fourth item');
  const answered = (answer: Partial<KnownItem>) =>
    known(museum()).map((item) =>
      item.id === 'Close a slot at short notice' ? { ...item, ...answer } : item,
    );
  expect(compared(answered({ confirmedAs: faceOf(shown) }), edited)).toMatchObject({
    asked: [],
    added: [],
    missing: [],
  });
  expect(compared(answered({ refused: [faceOf(shown)] }), edited)).toMatchObject({
    asked: [],
    added: ['Close a slot at very short notice'],
    missing: ['Close a slot at short notice'],
  });
});

test('compares 2,000 items whose titles are nearly the same within seconds', () => {
  const rows = (word: string) =>
    page(
      Array.from({ length: 2_000 }, (_, index) => `S- a ${word} of the same words ${index % 40} ${index}`),
    );
  const start = performance.now();
  matchReading(
    known(rows('row')).map((item) => ({ ...item, parentId: null })),
    readPlan(rows('line')),
  );
  expect(performance.now() - start).toBeLessThan(4_000);
}, 30_000);
