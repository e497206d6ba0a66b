import { describe, expect, test } from 'vitest';
import type { LinearIssue } from '../../../chaos/checks/linear-state.ts';
import { expectedFeatures } from '../../../chaos/model.ts';
import { readOptions } from '../../../chaos/options.ts';
import { makePlan } from '../../../chaos/plan/plan.ts';
import { issue, linearState } from '../../support/chaos-state.ts';

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

const { projects } = linearState();

describe('the model', () => {
  test.each<[string, Partial<LinearIssue>, boolean, boolean]>([
    ['a labelled open issue in a project', {}, true, true],
    ['without the label', { labels: { nodes: [] } }, false, false],
    ['in no project', { project: null }, false, false],
    ['archived', { archivedAt: '2026-11-02T10:00:00.000Z' }, false, false],
    ['in the trash', { trashed: true }, false, false],
    ['canceled', { state: { id: 'no', name: 'Canceled', type: 'canceled' } }, true, false],
    ['a duplicate', { state: { id: 'two', name: 'Duplicate', type: 'duplicate' } }, true, false],
    ['done', { state: { id: 'done', name: 'Done', type: 'completed' } }, true, false],
  ])('%s', (_, changes, qualifies, isImported) => {
    expect(expectedFeatures({ issues: [issue(changes)], projects }, new Set())).toMatchObject([
      { issueId: 'issue', qualifies, isImported, name: 'Title', priority: 3 },
    ]);
  });

  test('has what Linear shows, and its "none" among the priorities with the normal', () => {
    expect(
      expectedFeatures({ issues: [issue({ priority: 1, description: null })], projects }, new Set()),
    ).toEqual([
      {
        issueId: 'issue',
        qualifies: true,
        isImported: true,
        name: 'Title',
        description: '',
        priority: 1,
        stateId: 'todo',
        labels: ['Omakase', 'web'],
        linearProjectId: 'project',
      },
    ]);
    expect(expectedFeatures({ issues: [issue()], projects }, new Set())).toMatchObject([{ priority: 3 }]);
  });

  test.each([
    ['archived', { archivedAt: '2026-11-02T10:00:00.000Z' }],
    ['in the trash', { trashed: true }],
  ])('of a project that is %s in Linear', (_, changes) => {
    const there = projects.map((project) => ({ ...project, ...changes }));
    expect(expectedFeatures({ issues: [issue()], projects: there }, new Set())).toMatchObject([
      { qualifies: true, isImported: false },
    ]);
  });

  test('of a project that is archived here', () => {
    expect(expectedFeatures({ issues: [issue()], projects }, new Set(['project']))).toMatchObject([
      { qualifies: true, isImported: false },
    ]);
  });
});
