import { describe, expect, test } from 'vitest';
import { judgeEvent, judgeRead } from '../../../shared/domain/features/placement.ts';
import { triggerAfter } from '../../../shared/domain/mirror/trigger.ts';
import { issueSnapshot, placement, TRIGGER } from '../../../testing/builders.ts';

const create = { action: 'create', updatedFrom: undefined };
const update = (updatedFrom: Record<string, unknown>) => ({ action: 'update', updatedFrom });
const state = (type: string) => ({ id: `state-${type}`, name: type, type });

describe('judgeEvent', () => {
  test('an issue created with the label becomes a feature and is due', () => {
    expect(judgeEvent(issueSnapshot(), create, placement())).toEqual({
      is: 'save',
      scope: 'create',
      makesDue: true,
    });
  });

  test('the label counts without regard to case', () => {
    const issue = issueSnapshot({ labels: [{ id: 'x', name: 'OmaKase' }] });
    expect(judgeEvent(issue, create, placement()).is).toBe('save');
  });

  test('an issue becomes a feature when the label is added later', () => {
    const decision = judgeEvent(issueSnapshot(), update({ labelIds: [] }), placement());
    expect(decision).toEqual({ is: 'save', scope: 'create', makesDue: true });
  });

  test('an edit of a tracked issue does not make it due', () => {
    const decision = judgeEvent(issueSnapshot(), update({ title: 'before' }), placement());
    expect(decision).toEqual({ is: 'save', scope: 'edit', makesDue: false });
  });

  test('adding another label to a tracked issue does not make it due', () => {
    const decision = judgeEvent(issueSnapshot(), update({ labelIds: [TRIGGER.id] }), placement());
    expect(decision).toMatchObject({ scope: 'edit', makesDue: false });
  });

  test('an issue put back to the backlog is due, because it may wait for work again', () => {
    const decision = judgeEvent(
      issueSnapshot({ state: state('backlog') }),
      update({ stateId: 'x' }),
      placement(),
    );
    expect(decision).toMatchObject({ makesDue: true });
  });

  test('an update of fields that we do not map is ignored', () => {
    const decision = judgeEvent(issueSnapshot(), update({ sortOrder: 1, updatedAt: 'x' }), placement());
    expect(decision.is).toBe('unchanged');
  });

  test.each(['completed', 'canceled', 'duplicate'])('an issue that is %s is not imported', (type) => {
    const decision = judgeEvent(issueSnapshot({ state: state(type) }), create, placement());
    expect(decision).toEqual({ is: 'save', scope: 'update', makesDue: false });
  });

  test('an issue of an archived project is not imported', () => {
    const decision = judgeEvent(
      issueSnapshot(),
      create,
      placement({ project: { id: 'p', isActive: false } }),
    );
    expect(decision).toMatchObject({ scope: 'update' });
  });

  test('removing the label withdraws the feature', () => {
    const decision = judgeEvent(
      issueSnapshot({ labels: [] }),
      update({ labelIds: [TRIGGER.id] }),
      placement(),
    );
    expect(decision).toEqual({ is: 'withdraw', reason: 'label_removed' });
  });

  test('moving the issue out of every mirrored project withdraws the feature', () => {
    const issue = issueSnapshot({ projectId: null, project: null });
    const decision = judgeEvent(issue, update({ projectId: 'p' }), placement({ project: undefined }));
    expect(decision).toEqual({ is: 'withdraw', reason: 'moved_out' });
  });

  test.each([
    [{ trashed: true, archivedAt: '2026-11-02T10:00:00.000Z' }, 'deleted'],
    [{ archivedAt: '2026-11-02T10:00:00.000Z' }, 'archived'],
  ])('%o withdraws the feature as %s', (changes, reason) => {
    const decision = judgeEvent(issueSnapshot(changes), update({ archivedAt: null }), placement());
    expect(decision).toEqual({ is: 'withdraw', reason });
  });

  test('removing the issue withdraws the feature, whatever else the event says', () => {
    const decision = judgeEvent(issueSnapshot(), { action: 'remove', updatedFrom: undefined }, placement());
    expect(decision).toEqual({ is: 'withdraw', reason: 'deleted' });
  });

  test.each([
    ['created without the label', issueSnapshot({ labels: [] }), create],
    ['edited without the label', issueSnapshot({ labels: [] }), update({ title: 'before' })],
    ['relabelled with foreign labels', issueSnapshot({ labels: [] }), update({ labelIds: ['other'] })],
    [
      'removed without the label',
      issueSnapshot({ labels: [] }),
      { action: 'remove', updatedFrom: undefined },
    ],
  ])('an issue of others that was %s is ignored', (_, issue, event) => {
    expect(judgeEvent(issue, event, placement()).is).toBe('untracked');
  });
});

test.each([
  ['nested 5,000 deep', JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`)],
  ['that cannot be a text', [{ toString: null }, Object.create(null)]],
  ['that is the label, wrapped', [[TRIGGER.id]]],
])('a former label %s does not count as the trigger label', (_, labelIds) => {
  expect(judgeEvent(issueSnapshot({ labels: [] }), update({ labelIds }), placement()).is).toBe('untracked');
});

describe('judgeRead', () => {
  const held = { issue: {} };

  test('an issue that qualifies is projected and due', () => {
    expect(judgeRead(issueSnapshot(), undefined, placement())).toEqual({
      is: 'save',
      scope: 'create',
      makesDue: true,
    });
  });

  test('an issue that we hold and that no longer qualifies is withdrawn once', () => {
    const issue = issueSnapshot({ labels: [] });
    expect(judgeRead(issue, held, placement())).toEqual({ is: 'withdraw', reason: 'label_removed' });
    expect(judgeRead(issue, { ...held, withdrawn: 'label_removed' }, placement()).is).toBe('untracked');
  });

  test('an issue that we never held and that does not qualify is ignored', () => {
    expect(judgeRead(issueSnapshot({ labels: [] }), undefined, placement()).is).toBe('untracked');
  });
});

describe('triggerAfter', () => {
  const label = (id: string, name: string, isRemoved = false) => ({ id, name, isRemoved });
  const trigger = (...triggerLabelIds: string[]) => ({ triggerLabel: 'omakase', triggerLabelIds });

  test("a label with the trigger's name is added", () => {
    expect(triggerAfter(trigger('a'), label('b', 'Omakase'))).toEqual(trigger('a', 'b'));
  });

  test('the setting follows the only label when it is renamed', () => {
    expect(triggerAfter(trigger('a'), label('a', 'agents'))).toEqual({
      triggerLabel: 'agents',
      triggerLabelIds: ['a'],
    });
  });

  test('one of several labels still counts after it is renamed, and the setting stays', () => {
    expect(triggerAfter(trigger('a', 'b'), label('a', 'agents'))).toBeUndefined();
  });

  test('a removed label is forgotten', () => {
    expect(triggerAfter(trigger('a', 'b'), label('a', 'omakase', true))).toEqual(trigger('b'));
  });

  test.each([
    ['known and named', label('a', 'omakase')],
    ['foreign', label('x', 'web')],
    ['foreign and gone', label('x', 'web', true)],
  ])('a label that is %s changes nothing', (_, changed) => {
    expect(triggerAfter(trigger('a'), changed)).toBeUndefined();
  });
});

test('an issue qualifies by the id of a label that was renamed', () => {
  const issue = issueSnapshot({ labels: [{ ...TRIGGER, name: 'agents' }] });
  expect(judgeEvent(issue, create, placement())).toMatchObject({ is: 'save', scope: 'create' });
});
