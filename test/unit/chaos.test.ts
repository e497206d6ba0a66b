import { describe, expect, test } from 'vitest';
import { wronglyHanded, wronglyTold } from '../../chaos/check-work.ts';
import type { Rows } from '../../chaos/checks.ts';
import type { Claim, Journal, Reported } from '../../chaos/journal.ts';
import type { LinearIssue, LinearState } from '../../chaos/linear-state.ts';
import { expectedFeatures } from '../../chaos/model.ts';
import { readOptions } from '../../chaos/options.ts';
import { makePlan } from '../../chaos/plan.ts';
import type { Workspace } from '../../chaos/world.ts';

const options = readOptions(['--seed', '7', '--minutes', '1', '--workspaces', '3'], {});

describe('a plan', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(makePlan(options)).toEqual(makePlan(options));
    expect(makePlan({ ...options, seed: 8 })).not.toEqual(makePlan(options));
  });

  test('of one workspace alone is what it was among the others', () => {
    const isOthers = (action: object) => 'workspace' in action && action.workspace !== 1;
    expect(makePlan({ ...options, only: 1 })).toEqual(
      makePlan(options).filter((action) => !isOthers(action)),
    );
  });

  test('goes by flags, then by the environment; a wrong one is named', () => {
    expect(readOptions(['--issues', '5'], { CHAOS_ISSUES: '6', CHAOS_EDITS: '7' })).toMatchObject({
      issues: 5,
      edits: 7,
    });
    expect(() => readOptions(['--issues', 'many'], {})).toThrow('--issues');
  });
});

const issue = (changes: Partial<LinearIssue> = {}): LinearIssue => ({
  id: 'issue',
  title: 'Title',
  priority: 0,
  archivedAt: null,
  trashed: null,
  state: { id: 'todo', name: 'Todo', type: 'unstarted' },
  labels: { nodes: [{ name: 'Omakase' }] },
  project: { id: 'project' },
  ...changes,
});
const projects = [{ id: 'project', name: 'Project', archivedAt: null, trashed: null }];

describe('the model', () => {
  test.each<[string, Partial<LinearIssue>, boolean, boolean]>([
    ['a labelled open issue in a project', {}, true, true],
    ['without the label', { labels: { nodes: [] } }, false, false],
    ['in no project', { project: null }, false, false],
    ['archived', { archivedAt: '2026-11-02T10:00:00.000Z' }, false, false],
    ['in the trash', { trashed: true }, false, false],
    ['done', { state: { id: 'done', name: 'Done', type: 'completed' } }, true, false],
  ])('%s', (_, changes, qualifies, isImported) => {
    expect(expectedFeatures({ issues: [issue(changes)], projects }, new Set())).toMatchObject([
      { issueId: 'issue', qualifies, isImported, name: 'Title', priority: 3 },
    ]);
  });

  test('of a project that is archived here', () => {
    expect(expectedFeatures({ issues: [issue()], projects }, new Set(['project']))).toMatchObject([
      { qualifies: true, isImported: false },
    ]);
  });
});

const claim = (changes: Partial<Claim>): Claim => ({
  workspace: 0,
  featureId: 'feature',
  issueId: 'issue',
  runId: 'A',
  askedAt: 0,
  answeredAt: 10,
  leaseUntil: 1_000,
  ...changes,
});

describe('a feature is held', () => {
  test.each<[string, Partial<Claim>, Partial<Claim>, number]>([
    ['until its lease ends', {}, { answeredAt: 999 }, 1],
    ['and not longer', {}, { answeredAt: 1_000 }, 0],
    ['until its holder says that it is over', { overAt: 500 }, { answeredAt: 501 }, 0],
    ['by one: another feature is another matter', {}, { answeredAt: 20, featureId: 'other' }, 0],
  ])('%s', (_, first, second, found) => {
    expect(wronglyHanded({ claims: [claim({ runId: 'B', ...second }), claim(first)] })).toHaveLength(found);
  });
});

describe('outcomes', () => {
  const report = (runId: string, changes: Partial<Reported> = {}): Reported => ({
    workspace: 0,
    featureId: 'feature',
    issueId: 'issue',
    runId,
    status: 'failing',
    askedAt: 0,
    acceptedAt: 10,
    ...changes,
  });
  const told = (runId: string, at = 1) => ({
    body: `**Failed.** Chaos ${runId} failing`,
    createdAt: new Date(at).toISOString(),
    issue: { id: 'issue' },
  });
  const found = (journal: Partial<Journal>, linear: Partial<LinearState>, status = 'failing') => {
    const all = { entries: [], claims: [], reports: [], moves: [], ...journal };
    const review = issue({ state: { id: 'review', name: 'In Review', type: 'started' } });
    const rows = { features: [{ id: 'feature', workspaceId: 'w', linearIssueId: 'issue', status }] };
    return wronglyTold(
      { index: 0, workspaceId: 'w' } as Workspace,
      { issues: [review], projects, comments: [], ...linear },
      rows as unknown as Rows,
      all,
    ).map(({ text }) => text);
  };

  test('told once are right', () => {
    expect(found({ reports: [report('A')] }, { comments: [told('A')] })).toEqual([]);
  });
  test('told twice, or not at all, are wrong', () => {
    expect(found({ reports: [report('A')] }, { comments: [told('A'), told('A')] })).toEqual([
      'Chaos A failing stands in Linear 2 times',
    ]);
    expect(found({ reports: [report('A')] }, {})).toEqual(['Chaos A failing is not in Linear']);
  });
  test('that were never answered may be told or not', () => {
    const { acceptedAt: _, ...unanswered } = report('A');
    for (const comments of [[], [told('A')]])
      expect(found({ reports: [unanswered] }, { comments })).toEqual([]);
  });
  test('told in the wrong order are wrong', () => {
    const reports = [report('A'), report('B', { askedAt: 20, acceptedAt: 30 })];
    expect(found({ reports }, { comments: [told('A', 1), told('B', 2)] })).toEqual([]);
    expect(found({ reports }, { comments: [told('A', 2), told('B', 1)] })).toEqual([
      'Chaos B failing was told before Chaos A failing',
    ]);
  });
  test('move the issue, unless a human did since', () => {
    const journal = { reports: [report('A', { status: 'passing' })] };
    const comments = [{ ...told('A'), body: 'Chaos A passing' }];
    expect(found(journal, { comments }, 'passing')).toEqual(['is passing, and its issue is in In Review']);
    const moves = [{ issueId: 'issue', askedAt: 5, state: 'In Review' }];
    expect(found({ ...journal, moves }, { comments }, 'passing')).toEqual([]);
  });
});
