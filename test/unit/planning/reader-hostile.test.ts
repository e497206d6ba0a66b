import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levels, type Reading } from '../../../shared/domain/planning/plan.ts';
import { limits } from '../../../shared/reader/limits.ts';
import { mentionedAccounts, parsePage, readPage, readPlan } from '../../../shared/reader/read-page.ts';

const MUTATIONS = Number(process.env.MUTATIONS ?? 300);
const TIMEOUT_MS = 5_000 + 20 * MUTATIONS;
const fixtures = join(import.meta.dirname, '../../fixtures/planning');
const pages = globSync('{pages,edits}/*.xml', { cwd: fixtures })
  .sort()
  .map((path) => readFileSync(join(fixtures, path), 'utf8'))
  // The large page only makes each mutation slow.
  .map((page) => page.slice(0, 20_000));

const read = (storage: string): Reading => readPage({ storage, users: new Map([['712020:aa01', 'Tomasz']]) });

/** What holds of every reading, whatever the page. */
const expectSound = (storage: string): void => {
  const reading = read(storage);
  const { blocks, ...classes } = reading.coverage;
  expect(Object.values(classes).reduce((sum, count) => sum + count, 0)).toBe(blocks);
  expect(reading.ignored).toHaveLength(reading.coverage.ignored);
  expect(reading.unread).toHaveLength(reading.coverage.unread);
  expect(read(storage)).toEqual(reading);
  const order = new Map(reading.items.map(({ ref, level }) => [ref, levels.indexOf(level)]));
  expect([...order.keys()]).toEqual(reading.items.map((_, at) => `r${at + 1}`));
  for (const { title, parent, level, fields } of reading.items) {
    expect(title).not.toBe('');
    if (parent !== null) expect(order.get(parent)).toBeLessThan(levels.indexOf(level));
    for (const on of fields.dependsOn ?? []) expect(on).toMatch(/^(r\d+|linear:.+|jira:.+|\?.+)$/s);
  }
  if (reading.outcome !== 'plan') expect(reading.items).toEqual([]);
  if (reading.outcome === 'malformed') {
    expect(reading.error.offset).toBeGreaterThanOrEqual(0);
    expect(reading.error.offset).toBeLessThanOrEqual(storage.length);
  }
};

const PIECES = [
  '<p>',
  '</p>',
  '<ul><li>',
  '</li></ul>',
  '<li>Story: x</li>',
  '<h2>Feature F1: y</h2>',
  '<h1>Stories</h1>',
  '<table><tbody><tr>',
  '<td colspan="999999" rowspan="999999">F1</td>',
  '</tr></tbody></table>',
  '<td>E1</td>',
  '<!-- Feature: no -->',
  '<![CDATA[<p>Story: no</p>]]>',
  '&nbsp;',
  '&bogus;',
  '&#0;',
  '&#x1F600;',
  '<br/>',
  '<ac:placeholder>e.g.</ac:placeholder>',
  '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">Feature: z</ac:parameter><ac:rich-text-body>',
  '</ac:rich-text-body></ac:structured-macro>',
  '<ac:structured-macro ac:name="include"/>',
  '<strong>Depends on</strong> F1 and F2',
  '<s>',
  '</s>',
  '\u0000',
  '\ud800',
  '<?pi?>',
  '</root>',
  '<root>',
  ' x="1" x="2"',
  'F1, F1.1, S1.1.1',
  '🔴',
];

const at = fc.double({ min: 0, max: 1, noNaN: true });

/** A change to a text: what is between two places is dropped, repeated, or has something put in. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), from: at, to: at }),
  fc.record({
    kind: fc.constant('repeat' as const),
    from: at,
    to: at,
    times: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant('put' as const), from: at, piece: fc.constantFrom(...PIECES) }),
  fc.record({ kind: fc.constant('swap' as const), from: at, to: at }),
  fc.record({
    kind: fc.constant('nest' as const),
    from: at,
    tag: fc.constantFrom('div', 'ul><li', 'strong', 'table><tbody><tr><td', 'ac:layout'),
    levels: fc.constantFrom(1, 30, 150, 199, 250, 7_000),
  }),
  fc.record({
    kind: fc.constant('retag' as const),
    nth: fc.nat(200),
    tag: fc.constantFrom('p', 'li', 'td', 'h2', 'strong', 'ac:task'),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

const mutated = (page: string, change: Mutation): string => {
  const place = (share: number) => Math.floor(share * page.length);
  switch (change.kind) {
    case 'cut': {
      const [from, to] = [place(change.from), place(change.to)].sort((a, b) => a - b) as [number, number];
      return page.slice(0, from) + page.slice(to);
    }
    case 'repeat': {
      const from = place(change.from);
      return (
        page.slice(0, from) +
        page.slice(from, from + 400).repeat(change.times) +
        page.slice(from + 400 * Math.round(change.to))
      );
    }
    case 'put':
      return (
        page.slice(0, tagAfter(page, place(change.from))) +
        change.piece +
        page.slice(tagAfter(page, place(change.from)))
      );
    case 'swap': {
      const tags = page.match(/<[^>]{1,80}>/g) ?? [];
      const one = tags[Math.floor(change.from * tags.length)] ?? '';
      const other = tags[Math.floor(change.to * tags.length)] ?? '';
      return page
        .replace(one, '\u0001')
        .replace(other, () => one)
        .replace('\u0001', () => other);
    }
    case 'nest': {
      const from = tagAfter(page, place(change.from));
      const close = change.tag.split('><').reverse().join('></');
      return `${page.slice(0, from)}${`<${change.tag}>`.repeat(change.levels)}Story: deep${`</${close}>`.repeat(change.levels)}${page.slice(from)}`;
    }
    case 'retag': {
      const names = [...new Set(page.match(/<([a-z0-9:-]{1,30})/g))];
      const name = names[change.nth % names.length]?.slice(1) ?? 'p';
      return page.replaceAll(`<${name}>`, `<${change.tag}>`).replaceAll(`</${name}>`, `</${change.tag}>`);
    }
  }
};

/** Half of all changes keep to the places between tags, so that many pages stay well-formed. */
const tagAfter = (page: string, from: number): number => Math.max(page.indexOf('<', from), 0);

describe('a hostile page', () => {
  test(
    `is read without a throw, the same each time, and every block counted (${MUTATIONS} mutations)`,
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...pages),
          fc.array(mutation, { minLength: 1, maxLength: 4 }),
          (page, changes) => {
            expectSound(changes.reduce(mutated, page));
          },
        ),
        { numRuns: MUTATIONS },
      );
    },
    TIMEOUT_MS,
  );

  test(
    'made of fragments in any order is read without a throw',
    () => {
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(...PIECES, 'AC: ', 'As a user, I want ', 'x'), { maxLength: 30 }),
          (pieces) => {
            expectSound(pieces.join(''));
            expectSound(
              `<h1>Feature F2: a</h1>${pieces.filter((piece) => !(piece.startsWith('<') || '\u0000\ud800'.includes(piece))).join('')}`,
            );
          },
        ),
        { numRuns: MUTATIONS },
      );
    },
    TIMEOUT_MS,
  );

  test('with more than 6,000 levels is refused by its depth, with less than the limit it is read', () => {
    const nested = (count: number) => `${'<div>'.repeat(count)}<p>Story: x</p>${'</div>'.repeat(count)}`;
    expect(read(nested(100_000))).toMatchObject({
      outcome: 'too_large',
      exceeded: { limit: 'levels', most: limits.levels },
    });
    expect(read(nested(limits.levels))).toMatchObject({ outcome: 'too_large' });
    expect(read(nested(limits.levels - 1))).toMatchObject({ outcome: 'not_a_plan' });
  });

  test('with more bytes or items than the limits is refused, naming the limit', () => {
    expect(read('é'.repeat(limits.bytes / 2 + 1))).toMatchObject({
      exceeded: { limit: 'bytes', most: limits.bytes },
    });
    const stories = (count: number) => `<h1>Stories</h1><ul>${'<li>Story: x</li>'.repeat(count)}</ul>`;
    expect(read(stories(limits.items + 1))).toMatchObject({
      exceeded: { limit: 'items', most: limits.items },
    });
    expect(read(stories(limits.items)).items).toHaveLength(limits.items);
  });

  test('says where it is malformed, after emoji and on the first line too', () => {
    expect(read('<p>🔴🔴</b></p>')).toMatchObject({
      outcome: 'malformed',
      error: { line: 1, column: 8, offset: 7, message: 'Missing end tag for element p (line 1, column 8)' },
    });
    expect(read('<p>a\n🔴</b>')).toMatchObject({ error: { line: 2, column: 3, offset: 7 } });
    expect(read('<p>&bogus;</p>')).toMatchObject({ error: { line: 1, column: 4, offset: 3 } });
    expect(read('<p>open')).toMatchObject({ error: { line: 1, column: 8, offset: 7 } });
    expect(read('</root><root>')).toMatchObject({ outcome: 'malformed', error: { offset: 7 } });
  });

  test('is parsed once: the people it mentions are known before it is read', () => {
    const user = (id: string) => `<ac:link><ri:user ri:account-id="${id}" /></ac:link>`;
    const page = parsePage(
      `<h1>Feature: a ${user('u1')}</h1><p>Owner: ${user('u2')} ${user('u1')}</p><p>Estimate: 3</p>`,
    );
    expect(mentionedAccounts(page).sort()).toEqual(['u1', 'u2']);
    expect(readPlan(page, new Map([['u1', 'Ann']])).items[0]?.fields).toMatchObject({ owner: 'Ann' });
    expect(mentionedAccounts(parsePage('<p>'))).toEqual([]);
  });
});

/** Pages of a size that try to make some part of the reader take more than linear time. */
const hostile: Record<string, (size: number) => string> = {
  'rows of a plan': (size) =>
    `<table><tbody><tr><th>Key</th><th>Title</th><th>Depends on</th></tr>${'<tr><td>-</td><td>TBD</td><td>F1, F2</td></tr>'.repeat(size / 50)}</tbody></table>`,
  'cells over everything': (size) =>
    `<table><tbody><tr><th>Feature</th><th>SP</th></tr>${'<tr><td rowspan="9999" colspan="9999">a</td></tr>'.repeat(size / 50)}</tbody></table>`,
  'one cell above empty rows': (size) =>
    `<table><tbody><tr>${'<td rowspan="65000"/>'.repeat(size / 40)}</tr>${'<tr/>'.repeat(size / 10)}</tbody></table>`,
  'one long line': (size) => `<h1>Feature F1: a</h1><p>${'- '.repeat(size / 2)}</p>`,
  'keys in text': (size) => `<h1>Feature F1: a</h1><p>depends on ${'F1, '.repeat(size / 4)}</p>`,
  'phrases without keys': (size) => `<h1>Feature F1: a</h1><p>F9 ${'depends on '.repeat(size / 11)}</p>`,
  'brackets at the end': (size) => `<h1>Feature F1: a${' (High)'.repeat(size / 7)}</h1>`,
  'labels in a line': (size) => `<h1>Feature F1: a</h1><p>${'Owner: x | '.repeat(size / 11)}</p>`,
  'runs in a line': (size) => `<h1>Feature F1: a</h1><p>${'<b>x</b> y'.repeat(size / 10)}</p>`,
  'lines in a paragraph': (size) =>
    `<h1>Feature F1: a</h1><p>AC:<br/>${'Given x<br/>'.repeat(size / 12)}</p>`,
  headings: (size) => `<h1>Features</h1>${'<h2>Some</h2><p>Status: x</p>'.repeat(size / 30)}`,
  links: (size) =>
    `<h1>Feature F1: a</h1><p>${'<a href="https://x/browse/A-1">A-1</a> '.repeat(size / 40)}</p>`,
  boxes: (size) =>
    `<h1>Epic: a</h1>${'<ac:structured-macro ac:name="info"><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>'.repeat(size / 110)}`,
  'user voice': (size) =>
    `<h1>Epic: a</h1><p>As a x ${'i want'.repeat(size / 6)}</p><p>${'として'.repeat(size / 6)}</p>`,
  backticks: (size) => `<h1>Epic: a</h1><p><code>${'` '.repeat(size / 2)}</code></p>`,
};

const timed = (storage: string): number => {
  const start = process.cpuUsage();
  read(storage);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
};

describe('time grows with the size of a page', () => {
  test.each(Object.entries(hostile))('%s', (_name, make) => {
    const size = Number(process.env.HOSTILE_BYTES ?? 60_000);
    const small = make(size / 10);
    const large = make(size);
    timed(small);
    const least = (storage: string) => Math.min(timed(storage), timed(storage));
    // Ten times the size takes ten times as long; quadratic time would take a hundred times.
    expect(least(large)).toBeLessThan(40 * Math.max(least(small), 4));
  });
});
