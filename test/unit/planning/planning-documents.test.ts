import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../lambdas/routes.ts';
import type { PlanItem } from '../../../shared/domain/planning/plan.ts';
import { planMarkdown } from '../../../shared/domain/planning/plan-markdown.ts';
import { reasonCodes, sessionStatuses } from '../../../shared/domain/planning/session.ts';
import { readPage } from '../../../shared/reader/read-page.ts';
import { vetoes } from '../../../shared/reader/words/lexicon.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const planning = read('docs/planning.md');
const reader = readdirSync(join(root, 'shared/reader'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => read(`shared/reader/${path}`).replaceAll(/^(?:import|export) .*;$/gm, ''))
  .join('\n');

/** The first cells of the table below a heading or a head row. */
const named = (after: string): string[] => {
  const [, rest = ''] = planning.split(`\n${after}\n`);
  const table = rest.replace(/^[^|]*/, '').split('\n\n')[0] ?? '';
  return table.split('\n').flatMap((row) => row.split(' | ')[0]?.match(/(?<=`)[^`]+(?=`(?:,|$| ))/g) ?? []);
};

const warnings = () => named('| code | meaning, and what to do |');
const ignored = () => named('| `ignored` because | it is |');
const unread = () => named('| `unread` because | `target` |');
const against = () => named('| reason | meaning |');

/** Words with a dash in the reader's source that are no codes. */
const OTHERS = ['outline-box', 'panel-type', 'local-id', 'line-through', 'list-item'];

/** Has something of each kind that the reader leaves out or cannot read. */
const LEFT_OUT = `
  <p><ac:placeholder>Say why</ac:placeholder></p><h2>Feature name</h2><h2><del>Feature: Fax</del></h2>
  <h2>Done</h2><h2>Feature: Telex</h2><p>Status: Rejected</p><h2>Out of scope</h2>
  <ac:structured-macro ac:name="panel"><ac:rich-text-body>
    <pre>ls</pre><table><tr><th>Feature</th><th>Points</th></tr><tr><td></td><td></td></tr></table>
  </ac:rich-text-body></ac:structured-macro>
  <h1>Macros</h1><ac:structured-macro ac:name="toc" /><ac:structured-macro ac:name="gallery" />
  <ac:structured-macro ac:name="include" /><ac:structured-macro ac:name="excerpt-include" />
  <ac:structured-macro ac:name="jira"><ac:parameter ac:name="jqlQuery">a = b</ac:parameter></ac:structured-macro>
  <pre>ls</pre><table><tr><th>Feature</th><th>Points</th></tr><tr><td></td><td></td></tr></table>`;

const reasonsOf = (all: { reason: string }[]): string[] =>
  [...new Set(all.map(({ reason }) => reason))].sort();

describe('docs/planning.md names', () => {
  test('every code with a dash that the reader gives, and none that it does not', () => {
    const source = [...reader.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, code = '']) => code);
    const known = [...warnings(), ...ignored(), ...unread(), ...against(), ...OTHERS];
    expect(source.filter((code) => !known.includes(code))).toEqual([]);
    expect(warnings().filter((code) => !source.includes(code))).toEqual([]);
    expect(warnings().length).toBeGreaterThan(20);
  });

  test('every reason why a block is ignored or unread', () => {
    const reading = readPage({ storage: LEFT_OUT, users: new Map() });
    expect(reasonsOf(reading.ignored)).toEqual(ignored().sort());
    expect(reasonsOf(reading.unread)).toEqual(unread().sort());
  });

  test('every reason why a page is no plan', () => {
    const said = ['no-candidates', 'template-untouched', 'below-evidence'];
    expect(against().sort()).toEqual([...said, ...vetoes.map(({ name }) => `veto:${name}`)].sort());
  });

  test('every status of a session, and every reason', () => {
    expect(named('| `status` | meaning |').sort()).toEqual([...sessionStatuses].sort());
    expect(named('| `reason.code` | what mends it | tried again |').sort()).toEqual([...reasonCodes].sort());
  });

  test('every route with its scope', () => {
    const ours = Object.entries(routes).filter(([route]) => /planning-sessions|\/confluence$/.test(route));
    expect(ours.length).toBeGreaterThan(8);
    for (const [route, { scope }] of ours as [string, { scope?: string }][])
      expect(planning).toContain(`| \`${route}\` | \`${scope}\` |`);
  });
});

/** The page that docs/planning.md shows. */
const DEPARTURES = `
  <p>We look at this page every Monday.</p>
  <h1>Epic E1: Departure board</h1><p>Passengers see at once where they have to go.</p>
  <h2>Feature F1: Gate changes (8 SP) [High]</h2>
  <p><strong>Benefit hypothesis:</strong> Nobody misses a flight because its gate moved.</p>
  <p><strong>Depends on:</strong> F2</p>
  <h3>Stories</h3>
  <ul>
    <li><p>S1: Show the new gate (3 SP)</p><ul><li><p>AC:</p><ul>
      <li><p>The old gate is struck through.</p></li><li><p>The change shows within ten seconds.</p></li>
    </ul></li></ul></li>
    <li><p>As a passenger, I want to get a message on my phone, so that I need not watch the board.</p></li>
  </ul>
  <h2>Enablers</h2>
  <table><tbody>
    <tr><th>Key</th><th>Enabler</th><th>Enabler type</th><th>Points</th></tr>
    <tr><td>F2</td><td>Push service</td><td>infrastructure</td><td>5</td></tr>
  </tbody></table>
  <h2>Out of scope</h2><ul><li><p>Baggage belts</p></li></ul>`;

test('docs/planning.md shows what becomes of its page', () => {
  const { items, warnings, coverage } = readPage({ storage: DEPARTURES, users: new Map() });
  const tree = planMarkdown(
    '',
    items.map(({ ref, level, enabler, key, title, parent, fields }) => ({
      ...{ id: ref, parentId: parent ?? undefined, level, title, state: 'present' },
      ...{ enabler: enabler ?? undefined, key: key ?? undefined },
      ...{ estimate: fields.estimate, priority: fields.priority, acceptance: fields.acceptance },
      warnings: warnings.flatMap((warning) => (warning.ref === ref ? [warning.code] : [])),
    })),
  );
  expect(planning).toContain(tree.slice(tree.indexOf('- ')));
  expect(planning).toContain(
    `"coverage": ${JSON.stringify(coverage).replaceAll(/[{:,]/g, '$& ').replace('}', ' }')}`,
  );
  const [, feature, , , enabler] = items;
  expect(feature?.fields.dependsOn).toEqual([enabler?.ref]);
});

const shown = ({ level, enabler, key, title, fields }: PlanItem): string =>
  [
    [level, enabler, key, `“${title}”`].filter(Boolean).join(' '),
    fields.estimate === undefined ? '' : `${fields.estimate} points`,
    fields.priority === undefined ? '' : `priority ${fields.priority}`,
  ]
    .filter(Boolean)
    .join(', ');

const examples = [...read('docs/planning-grammar.md').matchAll(/^\| `(<.+>)` \| (.+) \|$/gm)];

describe('an example of docs/planning-grammar.md', () => {
  test('is found', () => expect(examples.length).toBeGreaterThan(8));
  test.each(examples.map(([, page = '', items = '']) => [page, items]))('%s', (storage, items) => {
    const reading = readPage({ storage, users: new Map() });
    const against = reading.outcome === 'not_a_plan' ? `none: \`${reading.seen.reason}\`` : '';
    expect(against || reading.items.map(shown).join('; ')).toBe(items);
  });
});
