import { describe, expect, test } from 'vitest';
import type { LinearIssue } from '../../../chaos/checks/linear-state.ts';
import { expectedFeatures } from '../../../chaos/model.ts';
import { readOptions } from '../../../chaos/options.ts';
import { makePlan } from '../../../chaos/plan/plan.ts';
import { issue, linearState } from '../../support/chaos-state.ts';

const options = readOptions(['--seed', '7', '--minutes', '1', '--workspaces', '3'], {});

describe('a plan', () => {
  test('depends only on its seed', () => {
    expect(makePlan(options)).toEqual(makePlan(options));
    expect(makePlan({ ...options, seed: 8 })).not.toEqual(makePlan(options));
  });

  test('for one workspace alone is its part of the whole plan', () => {
    const isOthers = (action: object) => 'workspace' in action && action.workspace !== 1;
    expect(makePlan({ ...options, only: 1 })).toEqual(
      makePlan(options).filter((action) => !isOthers(action)),
    );
  });

  test('takes its options from flags before the environment, and the error for an invalid flag names it', () => {
    expect(readOptions(['--issues', '5'], { CHAOS_ISSUES: '6', CHAOS_EDITS: '7' })).toMatchObject({
      issues: 5,
      edits: 7,
    });
    expect(() => readOptions(['--issues', 'many'], {})).toThrow('--issues');
  });
});

const { projects, relations } = linearState();

describe('the feature that the model expects for an issue', () => {
  test.each<[string, Partial<LinearIssue>, boolean, boolean]>([
    ['labelled, open and in a project', {}, true, true],
    ['without the label', { labels: { nodes: [] } }, false, false],
    ['in no project', { project: null }, false, false],
    ['archived', { archivedAt: '2026-11-02T10:00:00.000Z' }, false, false],
    ['in the trash', { trashed: true }, false, false],
    ['canceled', { state: { id: 'no', name: 'Canceled', type: 'canceled' } }, true, false],
    ['a duplicate', { state: { id: 'two', name: 'Duplicate', type: 'duplicate' } }, true, false],
    ['done', { state: { id: 'done', name: 'Done', type: 'completed' } }, true, false],
  ])('that is %s', (_, changes, qualifies, isImported) => {
    expect(expectedFeatures({ issues: [issue(changes)], projects, relations }, new Set())).toMatchObject([
      { issueId: 'issue', qualifies, isImported, name: 'Title', priority: 3 },
    ]);
  });

  test('has what Linear shows, with priority "none" as normal', () => {
    expect(
      expectedFeatures(
        { issues: [issue({ priority: 1, description: null })], projects, relations },
        new Set(),
      ),
    ).toEqual([
      {
        issueId: 'issue',
        qualifies: true,
        isImported: true,
        isOpen: true,
        blockers: [],
        name: 'Title',
        description: '',
        priority: 1,
        stateId: 'todo',
        labels: ['Omakase', 'web'],
        linearProjectId: 'project',
      },
    ]);
    expect(expectedFeatures({ issues: [issue()], projects, relations }, new Set())).toMatchObject([
      { priority: 3 },
    ]);
  });

  test('names what blocks it, except itself, and whether that is still open', () => {
    const blocks = (id: string, type = 'blocks') => ({ type, issue: { id }, relatedIssue: { id: 'issue' } });
    const others = [
      issue({ id: 'open', labels: { nodes: [] } }),
      issue({ id: 'trashed', trashed: true }),
      issue({ id: 'done', state: { id: 'done', name: 'Done', type: 'completed' } }),
    ];
    const known = [...others.map(({ id }) => blocks(id)), blocks('issue'), blocks('open', 'related')];
    const [expected] = expectedFeatures(
      { issues: [issue(), ...others], projects, relations: known },
      new Set(),
    );
    expect(expected?.blockers).toEqual([
      { issueId: 'open', isOpen: true },
      { issueId: 'trashed', isOpen: false },
      { issueId: 'done', isOpen: false },
    ]);
  });

  test.each([
    ['archived', { archivedAt: '2026-11-02T10:00:00.000Z' }],
    ['in the trash', { trashed: true }],
  ])('is not imported if its project is %s in Linear', (_, changes) => {
    const there = projects.map((project) => ({ ...project, ...changes }));
    expect(expectedFeatures({ issues: [issue()], projects: there, relations }, new Set())).toMatchObject([
      { qualifies: true, isImported: false },
    ]);
  });

  test('is not imported if its project is archived here', () => {
    expect(expectedFeatures({ issues: [issue()], projects, relations }, new Set(['project']))).toMatchObject([
      { qualifies: true, isImported: false },
    ]);
  });
});
