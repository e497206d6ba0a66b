import { describe, expect, test } from 'vitest';
import { projectionOf } from '../../../shared/domain/features/feature.ts';
import { judgeEvent } from '../../../shared/domain/features/placement.ts';
import { parentsConcerned, parentsSeen } from '../../../shared/domain/features/sub-issues.ts';
import { issueSnapshot, placement, TRIGGER } from '../../../testing/builders.ts';

const other = [{ id: 'other', name: 'Other' }];
const closed = { id: 'state-done', name: 'Done', type: 'completed' };
const child = (changes: object = {}) => issueSnapshot({ parentId: 'parent', ...changes });

const concerned = (
  changes: object,
  updatedFrom: Record<string, unknown> | undefined,
  action = 'update',
): string[] => parentsConcerned(child(changes), { action, updatedFrom }, placement());

describe('an event of a sub-issue affects', () => {
  test.each([
    ['created', {}, undefined, 'create'],
    ['deleted for good', { trashed: true }, undefined, 'remove'],
    ['updated without its previous values', {}, undefined, 'update'],
    ['moved to another state', {}, { stateId: 'before' }, 'update'],
    ['closed', { state: closed }, { stateId: 'before' }, 'update'],
    ['labelled', {}, { labelIds: [] }, 'update'],
    ['no longer labelled', { labels: other }, { labelIds: [TRIGGER.id] }, 'update'],
    ['put in the trash', { trashed: true }, { trashed: null }, 'update'],
    ['archived', { archivedAt: '2026-01-01T00:00:00.000Z' }, { archivedAt: null }, 'update'],
    ['restored', {}, { archivedAt: '2026-01-01T00:00:00.000Z' }, 'update'],
    ['made a sub-issue', {}, { parentId: null }, 'update'],
  ])('its parent if it is %s', (_, changes, updatedFrom, action) => {
    expect(concerned(changes, updatedFrom, action)).toEqual(['parent']);
  });

  test('both parents if it moved from one to another, or only the former one if it has none now', () => {
    expect(concerned({}, { parentId: 'former' }).toSorted()).toEqual(['former', 'parent']);
    expect(concerned({ parentId: null }, { parentId: 'former' })).toEqual(['former']);
    expect(concerned({ parentId: null, state: closed }, { parentId: 'former', stateId: 'x' })).toEqual([
      'former',
    ]);
  });

  test.each([
    ['it is edited', {}, { title: 'before', description: 'before' }],
    ['another label is added', { labels: [TRIGGER, ...other] }, { labelIds: [TRIGGER.id] }],
    ['it does not carry the label', { labels: other }, { stateId: 'before' }],
    ['it is closed and moved to another parent', { state: closed }, { parentId: 'former' }],
    ['it has no parent', { parentId: null }, { stateId: 'before', labelIds: [] }],
  ])('no parent if %s', (_, changes, updatedFrom) => {
    expect(concerned(changes, updatedFrom)).toEqual([]);
  });

  test('no parent if it is created closed', () => {
    expect(concerned({ state: closed }, undefined, 'create')).toEqual([]);
  });
});

describe('what a read says about parents:', () => {
  const row = { issue: { parent: { linearIssueId: 'former' } } };

  test('an open, labelled sub-issue holds its parent and no longer its former one', () => {
    expect(parentsSeen(child(), row, placement())).toEqual([
      { parentId: 'parent', isHeld: true },
      { parentId: 'former', isHeld: false },
    ]);
  });

  test.each([{ state: closed }, { labels: other }, { trashed: true }])(
    'a sub-issue with %o holds no parent',
    (changes) => {
      expect(parentsSeen(child(changes), undefined, placement())).toEqual([
        { parentId: 'parent', isHeld: false },
      ]);
    },
  );

  test('an issue without a parent affects none', () => {
    expect(parentsSeen(issueSnapshot(), { issue: {} }, placement())).toEqual([]);
  });
});

test('a changed parent is projected, and an issue without one is stored and hashed as before', () => {
  const event = { action: 'update', updatedFrom: { parentId: null } };
  expect(judgeEvent(child(), event, placement())).toEqual({ is: 'save', scope: 'edit', makesDue: false });
  const at = { ...placement(), projectId: 'project-1' };
  expect(projectionOf(child(), at).issue.parent).toEqual({ linearIssueId: 'parent' });
  expect(JSON.stringify(projectionOf(issueSnapshot(), at).issue)).not.toContain('parent');
});
