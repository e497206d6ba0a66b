import { describe, expect, test } from 'vitest';
import { readPage } from '../../../shared/reader/read-page.ts';

const read = (storage: string) => readPage({ storage, users: new Map([['u1', 'Ann']]) });
/** Level, key and title of each item. */
const names = (storage: string) =>
  read(storage).items.map(({ level, key, title }) => `${level} ${key ?? '-'} ${title}`);
const only = (storage: string) => {
  const [item] = read(storage).items;
  if (item === undefined) throw new Error(`no item in ${storage}`);
  return item;
};
const codes = (storage: string) => read(storage).warnings.map(({ code, ref }) => `${ref ?? 'page'} ${code}`);
const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
const table = (head: string[], ...rows: string[]) =>
  `<table><tbody><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr>${rows.join('')}</tbody></table>`;
const macro = (name: string, parameters: Record<string, string>, body?: string) =>
  `<ac:structured-macro ac:name="${name}" ac:macro-id="m-${name}">${Object.entries(parameters)
    .map(([key, value]) => `<ac:parameter ac:name="${key}">${value}</ac:parameter>`)
    .join(
      '',
    )}${body === undefined ? '' : `<ac:rich-text-body>${body}</ac:rich-text-body>`}</ac:structured-macro>`;
const expand = (title: string, body: string) => macro('expand', { title }, body);
const AC = '<p>AC: it works</p>';

describe('the worked examples', () => {
  test('a heading with all parts', () => {
    expect(only('<h2>2.1 Feature F12 – Export (8 SP) [High]</h2>')).toMatchObject({
      level: 'feature',
      key: 'F12',
      title: 'Export',
      fields: { estimate: 8, priority: 2 },
    });
  });
  test('a key before a level word', () => {
    expect(only(`<h3>F40: Enabler – log shipping</h3>${AC}`)).toMatchObject({
      level: 'feature',
      enabler: 'untyped',
      key: 'F40',
      title: 'log shipping',
    });
  });
  test('a head in a plain paragraph is text', () => {
    expect(names('<p>Feature F12 – Export</p>')).toEqual([]);
    expect(only('<h1>Epic E1: a</h1><p>Benefit: b</p><p>Feature F12 – Export</p>').fields.description).toBe(
      'Feature F12 – Export',
    );
  });
  test('a table needs evidence', () => {
    expect(names(table(['Feature', 'Description', 'Ticket'], row('a', 'b', 'c')))).toEqual([]);
    expect(names(table(['Feature', 'Description', 'SP'], row('a', 'b', '3')))).toEqual(['feature - a']);
  });
  test('a user-voice sentence is a story under stories only', () => {
    const list = '<ul><li>As a pilot, I want to see wind.</li><li>x</li></ul>';
    expect(names(`<h2>Stories</h2>${list}`)).toEqual(['story - See wind', 'story - x']);
    expect(names(`<h2>How to phrase it</h2>${list}`)).toEqual([]);
  });
  test('a merged epic cell is one epic', () => {
    const rows =
      '<tr><td rowspan="3">E</td><td>F a</td><td>s 1</td></tr><tr><td>F a</td><td>s 2</td></tr><tr><td>F b</td><td>s 3</td></tr>';
    expect(names(table(['Epic', 'Feature', 'Story'], rows))).toEqual([
      'epic - E',
      'feature - F a',
      'story - s 1',
      'story - s 2',
      'feature - F b',
      'story - s 3',
    ]);
  });
});

describe('heads', () => {
  test.each([
    ['Feature 3: Search', 'feature F3 Search'],
    ['User Story 3.1 – Filter', 'story S3.1 Filter'],
    ['Épopée E1 : Paiement', 'epic E1 Paiement'],
    ['Fonctionnalité F2 – Relance', 'feature F2 Relance'],
    ['Historia de usuario US-4: Pagar', 'story US-4 Pagar'],
    ['História do usuário: Pagar', 'story - Pagar'],
    ['フィーチャー F1：検索', 'feature F1 検索'],
    ['エピック：決済', 'epic - 決済'],
    ['Requirement REQ-7: Log in', 'story REQ-7 Log in'],
    ['Feature [F9]: Bracketed', 'feature F9 Bracketed'],
    ['[F9] Bracketed', 'feature F9 Bracketed'],
    ['Capability CAP-1 | Billing', 'capability CAP-1 Billing'],
    ['Feature (beta): Export', 'feature - (beta) Export'],
    ['Story: [ABC-12] Jira-like', 'story ABC-12 Jira-like'],
    ['Business Epic: Growth', 'epic - Growth'],
    ['F12. Export', 'feature F12 Export'],
    ['Feature F12 Export', 'feature F12 Export'],
  ])('%s', (heading, item) => {
    expect(
      names(`<h2>${heading}</h2><p>Benefit: b</p><p>Akzeptanzkriterien: a</p><p>Priority: High</p>`),
    ).toEqual([item]);
  });

  test.each([
    ['Features: an overview'],
    ['F5 load balancer'],
    ['S3: bucket policy'],
    ['Feature toggles: ask Platform'],
    ['Feature F12'],
    ['Story 2 days on a train'],
    ['Epic E1: F2'],
  ])('%s is none', (heading) => {
    expect(names(`<h2>${heading}</h2><p>Priority: High</p>`)).toEqual([]);
  });

  test('a lonely S3 is a key beside other keys of stories', () => {
    expect(names(`<h2>S3: c</h2>${AC}<h2>S1: a</h2>`)).toEqual(['story S3 c', 'story S1 a']);
  });

  test.each([
    ['Infrastructure Enabler: x', 'infrastructure', 'feature'],
    ['Enabler (story, compliance): x', 'compliance', 'story'],
    ['Story (Enabler): x', 'untyped', 'story'],
    ['Feature (technical debt): x', 'architectural', 'feature'],
    ['EN4: x', 'untyped', 'feature'],
    ['Spike: x', 'exploration', 'story'],
  ])('%s is an enabler', (heading, enabler, level) => {
    expect(only(`<h2>${heading}</h2>${AC}`)).toMatchObject({ enabler, level, title: 'x' });
  });

  test('a dotted key is lower for each prefix that is a key', () => {
    expect(names(`<h2>F1: a</h2>${AC}<h2>F1.2: b</h2>`)).toEqual(['feature F1 a', 'story F1.2 b']);
    expect(names(`<h2>F3: a</h2>${AC}<h2>F1.2: b</h2>`)).toEqual(['feature F3 a', 'feature F1.2 b']);
  });
});

describe('user voice', () => {
  test.each([
    ['As an editor I need to undo, in order to try things.', 'Undo'],
    ['As a user, I must be able to pay', 'Pay'],
    ['Als Kunde will ich zahlen, um Zeit zu sparen.', 'Zahlen'],
    ['En tant que client, je souhaite pouvoir payer afin de gagner du temps.', 'Payer'],
    ['En tant qu’agent, je veux filtrer, pour trier', 'Filtrer'],
    ['Como cliente, quiero pagar, para que llegue.', 'Pagar'],
    ['Como cliente, gostaria de pagar, para economizar.', 'Pagar'],
  ])('%s', (sentence, title) => {
    const item = read(`<h1>Feature: f</h1><p>${sentence}</p>`).items[1];
    expect(item).toMatchObject({ level: 'story', title, parent: 'r1' });
    expect(item?.fields.description?.startsWith(sentence.slice(0, 10))).toBe(true);
  });
  test('Japanese', () => {
    expect(read('<h1>Feature: f</h1><p>利用者として、地図を見たい。</p>').items[1]?.title).toBe('地図を見');
  });
  test('under a label it is the value of that field', () => {
    expect(only('<h1>Feature: f</h1><p>Benefit:</p><p>As a user, I want to pay.</p>').fields.benefit).toBe(
      'As a user, I want to pay.',
    );
  });
});

describe('lists', () => {
  test('a list outside sections needs two heads, and nothing else', () => {
    const list = (...items: string[]) => `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
    expect(names(list('Story: a', 'Story: b'))).toEqual(['story - a', 'story - b']);
    expect(names(list('Story: a', 'b'))).toEqual([]);
    expect(names(list('Story: a'))).toEqual([]);
  });
  test('a deeper heading that is only text leaves the section as it is', () => {
    expect(names('<h1>Stories</h1><h2>Wave one</h2><ul><li>a</li><li>b</li></ul>')).toEqual([
      'story - a',
      'story - b',
    ]);
  });
  test('a reference or a label is no item', () => {
    expect(names('<h1>Stories</h1><ul><li>S4</li><li>Owner: x</li><li>S5 a</li><li>b</li></ul>')).toEqual([
      'story S5 a',
      'story - b',
    ]);
  });
  test('a word of the same or a higher level in a list is text', () => {
    const [epic, ...others] = read(
      '<h1>Feature: a</h1><p>Benefit: b</p><ul><li>Feature: c</li><li>Story: d</li></ul>',
    ).items;
    expect(epic?.fields.description).toBe('- Feature: c');
    expect(others.map(({ title }) => title)).toEqual(['d']);
  });
  test('tasks of an epic are description, of a feature criteria', () => {
    const tasks =
      '<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>a</ac:task-body></ac:task></ac:task-list>';
    expect(only(`<h1>Epic: e</h1>${tasks}<h2>Story: s</h2>`).fields.description).toBe('- [x] a');
    expect(only(`<h1>Feature: e</h1>${tasks}`).fields.acceptance).toEqual([{ text: 'a', done: true }]);
  });
  test('a section may be a bold paragraph, a paragraph with a colon, or a list', () => {
    for (const heading of [
      '<p><strong>Stories</strong></p>',
      '<p>Story backlog:</p>',
      '<h3>Feature-Liste</h3>',
    ])
      expect(names(`${heading}<ul><li>a</li><li>b</li></ul>`).map((name) => name.slice(-1))).toEqual([
        'a',
        'b',
      ]);
  });
  test('hidden levels: a spike section', () => {
    expect(read('<h2>Spikes</h2><ul><li>a</li><li>b</li></ul>').items[0]).toMatchObject({
      level: 'story',
      enabler: 'exploration',
    });
  });
});

describe('boxes and layout', () => {
  test('headings in a box close none outside', () => {
    const { items } = read(`<h1>Epic: a</h1>${expand('More', '<h1>Feature: b</h1>')}<h2>Feature: c</h2>`);
    expect(items.map(({ parent }) => parent)).toEqual([null, 'r1', 'r1']);
  });
  test('columns are siblings', () => {
    const cell = (body: string) => `<ac:layout-cell>${body}</ac:layout-cell>`;
    const { items } = read(
      `<h1>Epic: a</h1><ac:layout><ac:layout-section>${cell('<h2>Feature: b</h2>')}${cell('<h3>Story: c</h3>')}</ac:layout-section></ac:layout><p>Benefit: of a</p>`,
    );
    expect(items.map(({ parent }) => parent)).toEqual([null, 'r1', 'r1']);
    expect(items[0]?.fields.benefit).toBe('of a');
  });
  test('a titled box is an item with its macro id', () => {
    const item = only(expand('Story: a', `<h3>Acceptance criteria</h3><ul><li>b</li></ul>`));
    expect(item.anchors).toEqual({ box: 'm-expand', path: 'story||a' });
    expect(item.fields.acceptance).toEqual([{ text: 'b', done: null }]);
  });
  test('what cannot be read is named', () => {
    const include = `<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link><ri:page ri:content-title="Other" /></ac:link></ac:parameter></ac:structured-macro>`;
    const { unread, coverage } = read(
      `<p>${include}</p>${macro('chart', {})}${macro('children', {})}${macro('jira', { jqlQuery: 'x' })}`,
    );
    expect(unread).toEqual([
      { reason: 'include', target: 'Other' },
      { reason: 'macro', target: 'chart' },
      { reason: 'jira-query', target: 'x' },
    ]);
    expect(coverage).toMatchObject({ blocks: 4, unread: 3, ignored: 1 });
  });
});

describe('tables', () => {
  test('transposed', () => {
    const th = (name: string, ...cells: string[]) =>
      `<tr><th>${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    const { items, coverage } = read(
      `<table><tbody>${th('Feature', 'a', 'b')}${th('SP', '3', '5')}${th('Colour', 'red', '')}</tbody></table>`,
    );
    expect(items.map(({ title, fields }) => [title, fields])).toEqual([
      ['a', { estimate: 3, description: '**Colour:** red' }],
      ['b', { estimate: 5 }],
    ]);
    expect(coverage).toMatchObject({ item: 1, field: 2 });
  });
  test('a program board sets iteration and team', () => {
    const { items, warnings } = read(
      `<h2>Feature F1: a</h2><h1>Board</h1>${table(['Team', 'Iteration 1', 'Iteration 2'], row('Red', 'F1', 'F7'))}`,
    );
    expect(items[0]?.fields).toEqual({ iteration: 'Iteration 1', team: 'Red' });
    expect(warnings.at(-1)).toEqual({ code: 'board-unknown-key', ref: null, quote: 'F7' });
  });
  test('a group row with a head is the parent of the rows below', () => {
    const { items } = read(
      table(
        ['Story', 'SP'],
        '<tr><td colspan="2">Feature F1: a</td></tr>',
        row('b', '1'),
        '<tr><td colspan="2">PI 2026.1</td></tr>',
        row('c', '2'),
      ),
    );
    expect(items.map(({ title, parent, fields }) => [title, parent, fields.pi])).toEqual([
      ['a', null, undefined],
      ['b', 'r1', undefined],
      ['c', null, 'PI 2026.1'],
    ]);
  });
  test('a reference in a parent cell makes no item, and gets a parent from the row', () => {
    const { items } = read(
      `${table(['Epic', 'Feature', 'Story'], row('E1', 'F1', 's'))}<h2>E1: e</h2><h2>F1: f</h2>`,
    );
    expect(items.map(({ title, parent }) => [title, parent])).toEqual([
      ['s', 'r3'],
      ['e', null],
      ['f', 'r2'],
    ]);
  });
  test('rows without title or level are told', () => {
    expect(
      read(
        table(['Title', 'SP', 'Type'], row('', '3', 'Story'), row('a', '1', 'Story'), row('b', '2', 'Bug')),
      ).warnings.slice(-2),
    ).toEqual([
      { code: 'row-no-title', ref: null, quote: '| 3 | Story' },
      { code: 'row-no-level', ref: null, quote: 'b' },
    ]);
  });
  test('an enabler column says yes, or the type', () => {
    const { items } = read(
      table(
        ['Story', 'Enabler', 'SP'],
        row('a', 'yes', '1'),
        row('b', 'Infrastructure', '1'),
        row('c', 'no', '1'),
      ),
    );
    expect(items.map(({ enabler }) => enabler)).toEqual(['untyped', 'infrastructure', null]);
  });
  test('a title that is a key is a reference; the user story gives the title', () => {
    const { items } = read(
      table(['Requirement', 'User Story', 'SP'], row('US-3', 'As a user, I want to pay.', '1')),
    );
    expect(items[0]).toMatchObject({ key: 'US-3', title: 'Pay' });
  });
  test('a repeated header is context, a column without a rule is kept', () => {
    const { items, coverage } = read(
      table(
        ['Story', 'SP', 'Site'],
        row('a', '1', 'Gent'),
        '<tr><th>Story</th><th>SP</th><th>Site</th></tr>',
      ),
    );
    expect(items.map(({ fields }) => fields.description)).toEqual(['**Site:** Gent']);
    expect(coverage).toMatchObject({ item: 1, context: 2 });
  });
  test('an epic of the page that is only a link is the rows’ external parent', () => {
    const link = '<a href="https://jira.example.org/browse/ABC-1">ABC-1</a>';
    const { items, warnings } = read(
      `${macro('details', {}, `<table><tbody><tr><td>Epic</td><td>${link}</td></tr></tbody></table>`)}${table(['Requirement', 'Importance'], row('a', 'High'))}`,
    );
    expect(items[0]?.fields.externalParent).toBe('jira:ABC-1');
    expect(warnings.map(({ code }) => code)).toEqual(['story-no-ac']);
  });
});

describe('fields', () => {
  const fields = (text: string) => only(`<h2>Feature F1: a</h2><p>Benefit: b</p>${text}`).fields;
  test.each([
    ['Estimate: ~3,5 points', { estimate: 3.5 }],
    ['Estimate: 5-8', { estimateRaw: '5-8' }],
    ['Estimate: TBD', {}],
    ['Priority: Must have', { priority: 2 }],
    ['Priority: high (legal)', { priority: 2 }],
    ['Priority: soon', { priorityRaw: 'soon' }],
    ['Due: 2026-02-30', { targetRaw: '2026-02-30' }],
    ['Due: <time datetime="2026-02-20" />', { target: '2026-02-20' }],
    ['Owner: <ac:link><ri:user ri:account-id="u1" /></ac:link>', { owner: 'Ann' }],
    ['Owner: <ac:link><ri:user ri:account-id="u9" /></ac:link>', { owner: 'unknown user' }],
    ['PI: 2026.1 | Sprint: 3 · Team: Red', { pi: '2026.1', iteration: '3', team: 'Red' }],
    ['Linear: ENG-7', { linear: 'ENG-7' }],
    ['Linear: soon', { description: '**Linear:** soon' }],
    ['Jira: A-1, B-2', { jira: ['A-1', 'B-2'] }],
    [
      'Depends on: Data lake, <a href="https://linear.app/x/issue/ENG-4/t">ENG-4</a>',
      { dependsOn: ['?Data lake', 'linear:ENG-4'] },
    ],
    ['Epic: E9', {}],
    ['Notes: see below', { description: '**Notes:** see below' }],
    ['Enabler type: unknown thing', { description: '**Enabler type:** unknown thing' }],
  ])('%s', (line, expected) => {
    expect(fields(`<p>${line}</p>`)).toEqual({ benefit: 'b', ...expected });
  });
  test('criteria by line without marks, Given, When and Then in one', () => {
    expect(
      fields('<p>AC:<br/>1) one<br/>• two<br/>Given a<br/>When b<br/>Then c</p>').acceptance?.map(
        ({ text }) => text,
      ),
    ).toEqual(['one', 'two', 'Given a When b Then c']);
  });
  test('a label’s value goes on in lines without a label, for long fields only', () => {
    expect(fields('<p>Notes: x<br/>y</p>').description).toBe('**Notes:** x / y');
    expect(fields('<p>Owner: x<br/>y</p>')).toMatchObject({ owner: 'x', description: 'y' });
  });
  test('a dependency named by its title, with or without its level word', () => {
    const page = (on: string) => `<h2>Feature: a</h2><p>Depends on: ${on}</p><h2>Feature: b</h2>`;
    for (const on of ['b', 'Feature: b']) expect(read(page(on)).items[0]?.fields.dependsOn).toEqual(['r2']);
  });
  test('Japanese and German dependencies in text', () => {
    const two = (text: string) =>
      read(`<h2>F1: a</h2><p>${text}</p><h2>F2: b</h2><h2>F3: c</h2>`).items[0]?.fields.dependsOn;
    expect(two('F2、F3に依存する。')).toEqual(['r2', 'r3']);
    expect(two('Hängt ab von F3 und F2.')).toEqual(['r3', 'r2']);
    expect(two('depends on the weather')).toBeUndefined();
  });
  test('an iteration that a heading says', () => {
    expect(
      read('<h1>PI 2026.2</h1><h2>IP Iteration</h2><h3>Story: a</h3><h3>Story: b</h3>').items[1]?.fields,
    ).toEqual({ pi: 'PI 2026.2', iteration: 'IP Iteration' });
  });
});

describe('what is left out', () => {
  const reasons = (storage: string) =>
    read(storage).ignored.map(({ reason, quote }) => `${reason}: ${quote}`);
  test.each([
    ['<h2>Feature: [Feature name]</h2><p>x</p>', ['template: Feature: [Feature name]', 'template: x']],
    ['<h2>Epic: a</h2><h3>Done</h3><p>x</p>', ['done-section: Done', 'done-section: x']],
    ['<h2>Story: a</h2><p>Status: Won’t do</p>', ['rejected: Story: a', 'rejected: Status: Won’t do']],
    [
      '<h2>Story: a</h2><p>Priority: Won’t have</p>',
      ['out-of-scope: Story: a', 'out-of-scope: Priority: Won’t have'],
    ],
    ['<h2>A</h2><pre>code</pre>', ['code: code']],
    ['<h2>Stories</h2><ul><li><s>a</s><ul><li>b</li></ul></li></ul>', ['struck: a', 'struck: b']],
  ])('%s', (storage, expected) => {
    expect(reasons(storage)).toEqual(expected);
  });
  test('a partly struck title only loses that text', () => {
    expect(only(`<h2>Story: old <s>and slow</s> title</h2>${AC}`).title).toBe('old title');
  });
  test('an item that is done stays an item', () => {
    expect(names('<h2>Story: a</h2><p>Status: Done</p><p>AC: x</p>')).toEqual(['story - a']);
  });
});

describe('parents and warnings', () => {
  test('a parent by name, and one that is not there', () => {
    const { items } = read(
      '<h2>Epic: Pay</h2><h2>Feature: a</h2><p>Epic: Pay</p><h2>Feature: b</h2><p>Parent: Nothing</p>',
    );
    expect(items.map(({ parent }) => parent)).toEqual([null, 'r1', null]);
    expect(codes('<h2>Feature: b</h2><p>Parent: Nothing</p><p>SP: 3</p>')).toContain('r1 parent-unresolved');
  });
  test('a key names the parent where nothing else does', () => {
    expect(
      read('<h2>E1: a</h2><h2>F1.1: b</h2><h2>S1.1.2: c</h2>').items.map(({ parent }) => parent),
    ).toEqual([null, 'r1', 'r2']);
  });
  test('veto, before anything else', () => {
    expect(read('<h2>Steps</h2><h2>Rollback</h2><h2>Feature F1: a</h2><p>SP: 3</p>')).toMatchObject({
      outcome: 'not_a_plan',
      seen: { reason: 'veto:runbook', candidates: 1 },
    });
  });
  test('a person may read a page despite its veto, and only the veto', () => {
    const insisted = (storage: string) => readPage({ storage, users: new Map(), despiteVeto: true });
    const runbook = '<h2>Steps</h2><h2>Rollback</h2>';
    const { outcome, items } = insisted(`${runbook}<h2>Feature F1: a</h2><p>SP: 3</p>`);
    expect([outcome, items.map(({ title }) => title)]).toEqual(['plan', ['a']]);
    expect(insisted(runbook)).toMatchObject({ outcome: 'not_a_plan', seen: { reason: 'no-candidates' } });
    expect(insisted(`${runbook}<h2>Feature F1: a</h2>`)).toMatchObject({
      outcome: 'not_a_plan',
      seen: { reason: 'below-evidence', candidates: 1 },
    });
  });
  test('what is odd about a story', () => {
    expect(codes('<h2>Story: a (13 SP)</h2><p>AC: fast, etc.</p><p>Due: soon</p>')).toEqual([
      'r1 date-unparsed',
      'r1 orphan-story',
      'r1 oversized-story',
      'r1 vague-ac',
    ]);
  });
});

describe('Markdown', () => {
  const description = (body: string) => only(`<h2>Feature: a (3 SP)</h2>${body}`).fields.description;
  test.each([
    ['<p>a <strong>b </strong>c <em>d</em> <code>e*</code></p>', 'a **b** c *d* `e*`'],
    ['<p># not a heading</p>', '\\# not a heading'],
    ['<p>1. not a list</p>', '1\\. not a list'],
    ['<p>a_b * [c] &lt;b&gt; `d` ~e~ f|g \\</p>', 'a\\_b \\* \\[c\\] \\<b> \\`d\\` \\~e\\~ f\\|g \\\\'],
    [
      '<p><a href="javascript:alert(1)">x</a> <a href="https://a.b/(c) d">y</a></p>',
      'x [y](https://a.b/%28c%29%20d)',
    ],
    ['<p>@here me@b.c (@d)</p>', '\\@here me@b.c (\\@d)'],
    ['<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>', '1. a\n   - b\n2. c'],
    [`<p>${macro('status', { title: 'WIP' })} x<br/>y</p>`, '**[WIP]** x / y'],
    [
      '<p><ac:link><ri:attachment ri:filename="a.pdf" /></ac:link> <ac:link><ri:page ri:content-title="P" /></ac:link></p>',
      '[a.pdf](PAGE) P',
    ],
    [macro('warning', {}, '<p>a</p><p>b</p>'), '> **Warning:** a\n\n> b'],
    [macro('info', {}, '<ul><li>a</li><li>b</li></ul><p>c</p>'), '> **Info:**\n> - a\n> - b\n\n> c'],
    [macro('info', {}, table(['a'], row('b'))), '> **Info:**\n> \n> | a |\n> | --- |\n> | b |'],
    [
      `<ol>${'<li>a</li>'.repeat(9)}<li>b<ul><li>c<ul><li>d</li></ul></li></ul></li></ol>`,
      `${Array.from({ length: 9 }, (_, at) => `${at + 1}. a\n`).join('')}10. b\n    - c\n      - d`,
    ],
    [`<ul><li>a${macro('info', {}, '<p>b</p>')}</li><li>c</li></ul>`, '- a\n\n  > **Info:** b\n- c'],
    [`<ul><li>a${table(['b'], row('c'))}</li></ul>`, '- a\n\n  | b |\n  | --- |\n  | c |'],
    ['<ul><li>Notes: x<ul><li>a<ul><li>b</li></ul></li></ul></li></ul>', '**Notes:** x\n\n- a\n  - b'],
    [`<h3>Notes</h3>${table(['a'], row('b'))}`, '**Notes:**\n\n| a |\n| --- |\n| b |'],
    ['<p><code>`</code></p>', '`` ` ``'],
    ['<h3>More</h3><p>x</p>', '**More**\n\nx'],
  ])('%s', (body, expected) => {
    expect(description(body)).toBe(expected);
  });
});
