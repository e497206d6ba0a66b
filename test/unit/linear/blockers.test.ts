import { expect, test } from 'vitest';
import { linearApi } from '../../../shared/linear/api.ts';
import type { LinearClient } from '../../../shared/linear/client.ts';
import { LinearError } from '../../../shared/linear/errors.ts';

type Operation = { query: string; data: { parse(value: unknown): unknown } };

/** Answers to an operation, one after another; the last one stays. A function answers from the variables. */
type Answers = object[] | ((variables: Record<string, string>) => object);

/** An API whose client gets these answers from Linear, by the name of the operation. `asked` gets those names. */
const answering = (answers: Record<string, object | Answers>, asked: string[] = []) =>
  linearApi(
    {
      async execute(_: string, { query, data }: Operation, variables: Record<string, string>) {
        const name = /^query (\w+)/.exec(query)?.[1] ?? '';
        const answer = answers[name];
        if (!answer) throw new Error(`There is no answer to ${name}.`);
        const times = asked.push(name) && asked.filter((one) => one === name).length;
        if (typeof answer === 'function') return data.parse(answer(variables));
        return data.parse(Array.isArray(answer) ? (answer[times - 1] ?? answer.at(-1)) : answer);
      },
    } as unknown as LinearClient,
    { accessToken: 'token', now: Date.now },
  );

const issue = (id: string, changes: object = {}) => ({
  id,
  identifier: `ENG-${id}`,
  archivedAt: null,
  trashed: null,
  state: { type: 'started' },
  ...changes,
});
const blocks = (id: string, changes: object = {}) => ({ type: 'blocks', issue: issue(id, changes) });
const blocker = (id: string, state = 'open') => ({ linearIssueId: id, identifier: `ENG-${id}`, state });
const issues = (...nodes: [string, object[]][]) => ({
  issues: { nodes: nodes.map(([id, relations]) => ({ id, inverseRelations: { nodes: relations } })) },
});

test('an issue does not block itself, and a doubled relation gives one blocker', async () => {
  const api = answering({
    FewBlockers: issues(['a', [blocks('a'), blocks('b')]], ['c', [blocks('b'), blocks('b')]]),
  });
  const found = await api.blockersOf(['a', 'c']);
  expect(found.get('a')).toEqual({ blockers: [blocker('b')], hidden: 0 });
  expect(found.get('c')).toEqual({ blockers: [blocker('b')], hidden: 0 });
});

test.each([
  ['an unknown type', { ...blocks('x'), type: 'delays' }],
  ['no issue', { type: 'blocks' }],
  ['an issue without a state', blocks('x', { state: null })],
  ['an id of 500 kB', blocks('x'.repeat(500_000))],
  ['no form at all', 7],
])('a relation with %s is left out, and the others are kept', async (_, odd) => {
  const found = await answering({
    FewBlockers: issues(['a', [odd as object, blocks('b')]], ['c', [blocks('d')]]),
  }).blockersOf(['a', 'c']);
  expect(found.get('a')).toEqual({ blockers: [blocker('b')], hidden: 0 });
  expect(found.get('c')).toEqual({ blockers: [blocker('d')], hidden: 0 });
});

test('a blocker that is completed, and one that is archived or in the trash, no longer block', async () => {
  const found = await answering({
    FewBlockers: issues(
      ['a', [blocks('b', { state: { type: 'completed' }, archivedAt: '2026-11-01T00:00:00.000Z' })]],
      ['c', [blocks('d', { archivedAt: '2026-11-01T00:00:00.000Z' }), blocks('e', { trashed: true })]],
      ['f', [blocks('g', { state: { type: 'of the future' } })]],
    ),
  }).blockersOf(['a', 'c', 'f']);
  expect(found.get('a')?.blockers).toEqual([blocker('b', 'done')]);
  expect(found.get('c')?.blockers).toEqual([blocker('d', 'dead'), blocker('e', 'dead')]);
  expect(found.get('f')?.blockers).toEqual([blocker('g')]);
});

test('an issue that cannot be read otherwise still says what blocks it', async () => {
  const { issues: nodes } = issues(['a', [blocks('b')]], ['', [blocks('c')]]);
  const api = answering({ IssuesAndComments: { issues: nodes, comments: { nodes: [] } } });
  const read = await api.issuesAndComments(['a'], { withBlockers: true });
  expect(read.issues.items).toEqual([]);
  expect([...read.blockers]).toEqual([['a', { blockers: [blocker('b')], hidden: 0 }]]);
});

test('an issue that is gone when its relations are read again has no blockers', async () => {
  const few = [blocks('b'), blocks('c'), blocks('d')];
  const api = answering({ FewBlockers: issues(['a', few]), MoreBlockers: issues() });
  expect([...(await api.blockersOf(['a']))]).toEqual([['a', { blockers: [], hidden: 0 }]]);
});

test('an issue that is gone before its last page of relations is read has no blockers', async () => {
  const full = (count: number) => Array.from({ length: count }, (_, n) => blocks(`${n}`));
  const first = { nodes: full(250), pageInfo: { hasNextPage: true, endCursor: 'next' } };
  const api = answering({
    FewBlockers: issues(['a', full(3)]),
    MoreBlockers: issues(['a', full(25)]),
    AllBlockers: [{ issues: { nodes: [{ inverseRelations: first }] } }, { issues: { nodes: [] } }],
  });
  expect([...(await api.blockersOf(['a']))]).toEqual([['a', { blockers: [], hidden: 0 }]]);
});

test('relations that Linear refuses without naming one of them are found', async () => {
  const refuse = () => {
    throw new LinearError({ is: 'refused', message: 'Not visible', path: undefined }, {});
  };
  const hidden = new Set(['r3', 'r4', 'r9']);
  const relations = Array.from({ length: 10 }, (_, n) => ({ id: `r${n}`, type: 'blocks' }));
  const api = answering({
    FewBlockers: refuse,
    RelationIds: issues(['a', relations]),
    RelationsById: (asked: Record<string, string>) => {
      const entries = Object.entries(asked);
      if (entries.some(([, id]) => hidden.has(id))) return refuse();
      return Object.fromEntries(entries.map(([alias, id]) => [alias, blocks(id)]));
    },
  });
  const found = (await api.blockersOf(['a'])).get('a');
  expect(found?.hidden).toBe(3);
  expect(found?.blockers.map(({ linearIssueId }) => linearIssueId).sort()).toEqual(
    relations.map(({ id }) => id).filter((id) => !hidden.has(id)),
  );
});

test('at most 1,000 relations of an issue are read', async () => {
  const full = (count: number) => Array.from({ length: count }, (_, n) => blocks(`${count}-${n}`));
  const endless = { nodes: full(250), pageInfo: { hasNextPage: true, endCursor: 'again' } };
  const asked: string[] = [];
  const answers = {
    FewBlockers: issues(['a', full(3)]),
    MoreBlockers: issues(['a', full(25)]),
    AllBlockers: { issues: { nodes: [{ inverseRelations: endless }] } },
  };
  expect((await answering(answers, asked).blockersOf(['a'])).get('a')?.blockers).toHaveLength(250);
  expect(asked.filter((name) => name === 'AllBlockers')).toHaveLength(4);
});

test('a relation of unknown form is left out of those that changed', async () => {
  const at = '2026-11-02T10:00:00.000Z';
  const relation = { type: 'blocks', updatedAt: at, issue: { id: 'a' }, relatedIssue: { id: 'b' } };
  const nodes = [
    { ...relation, updatedAt: 'yesterday' },
    { ...relation, relatedIssue: null },
    { ...relation, relatedIssue: { id: 'a' } },
    { ...relation, type: 'related' },
    relation,
  ].map((node, n) => ({ ...node, id: `r${n}` }));
  const api = answering({ Relations: { issueRelations: { nodes, pageInfo: { hasNextPage: false } } } });
  expect(await api.relationsSince('2026-11-01T00:00:00.000Z')).toEqual({
    items: [{ blockerId: 'a', blockedId: 'b', updatedAt: at }],
    newest: at,
    next: undefined,
  });
});
