import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { featuresTable } from '../../../shared/data/features/features.ts';
import { withdrawalOf } from '../../../shared/domain/features/feature.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { applyIssue } from '../../../shared/use-cases/mirror/apply-issue.ts';
import { issueSnapshot, placement, TRIGGER } from '../../../testing/builders.ts';
import { tamper } from '../../../testing/tables.ts';
import { features, NOW, startFeatures, stopFeatures, tables } from '../../support/feature-rows.ts';

beforeAll(startFeatures);
afterAll(stopFeatures);

test('an edit still creates a due feature if the event before it was lost', async () => {
  const apply = applyIssue({ features, now: () => NOW });
  const issue = issueSnapshot({ id: 'lost' });
  const edit = { action: 'update', updatedFrom: { title: 'before' } };
  expect(await apply.event(issue, edit, placement())).toBe('written');
  expect(tables.operations()).toEqual(['UpdateItem features', 'UpdateItem features']);
  expect((await features.due(NOW + 1)).length).toBe(1);
  const again = issueSnapshot({ id: 'lost', title: 'Edited again', updatedAt: '2026-11-02T11:00:00.000Z' });
  tables.operations();
  expect(await apply.event(again, edit, placement())).toBe('written');
  expect(tables.operations()).toEqual(['UpdateItem features']);
});

const create = { action: 'create', updatedFrom: undefined };
const held = async (id: string) => features.get(derivedId('feature', id));

test('a delivery of an issue that is too large for an item schedules a retry and stores the reason', async () => {
  const apply = applyIssue({ features, now: () => NOW });
  const labels = Array.from({ length: 240 }, (_, index) => ({ id: `l-${index}`, name: 'x'.repeat(900) }));
  const issue = issueSnapshot({ id: 'labels', labels: [...labels, TRIGGER] });
  expect(await apply.event(issue, create, placement())).toBe('impossible');
  expect(await held('labels')).toMatchObject({
    failure: expect.stringContaining('larger than a row'),
    dueAt: expect.any(String),
  });
  const before = await held('labels');
  expect(await apply.event(issue, create, placement())).toBe('impossible');
  expect(await held('labels')).toEqual(before);
});

describe('a row from the future', () => {
  const FAR = '9999-12-31T23:59:59.999Z';
  const shut = async (id: string, theirs: { linearUpdatedAt: string; seenAt: string }) => {
    const apply = applyIssue({ features, now: () => NOW });
    await apply.event(issueSnapshot({ id, updatedAt: '2026-11-02T11:00:00.000Z' }), create, placement());
    await tamper(tables.db, 'features', { id: derivedId('feature', id) }, { set: theirs });
    return apply;
  };

  test.each([
    ['edit', { linearUpdatedAt: FAR, seenAt: FAR }],
    ['read', { linearUpdatedAt: '2026-11-02T11:00:00.000Z', seenAt: FAR }],
  ])('is overwritten by a read if its %s lies in the future', async (what, theirs) => {
    const id = `shut by ${what}`;
    const apply = await shut(id, theirs);
    const now = { id, title: 'Now', updatedAt: '2026-11-02T11:00:00.000Z' };
    const read = issueSnapshot(now, new Date(NOW).toISOString());
    expect(await apply.read(read, await held(id), placement(), { makesDue: true })).toBe('written');
    expect(await held(id)).toMatchObject({ issue: { name: 'Now' }, linearUpdatedAt: now.updatedAt });
  });

  test('is overwritten by a withdrawal and by a hint', async () => {
    const apply = await shut('withdrawn', { linearUpdatedAt: FAR, seenAt: FAR });
    const bare = issueSnapshot({ id: 'withdrawn', labels: [] }, new Date(NOW).toISOString());
    expect(await apply.read(bare, await held('withdrawn'), placement(), { makesDue: true })).toBe(
      'withdrawn',
    );
    await shut('hinted', { linearUpdatedAt: FAR, seenAt: FAR });
    const { id, version } = withdrawalOf(issueSnapshot({ id: 'hinted' }), 'workspace-1', 'gone');
    const keys = { id, version, workspaceId: 'workspace-1', linearIssueId: 'hinted' };
    expect(await features.hint(keys, NOW)).toBe('hinted');
  });

  test('is never written: an edit from the future is stored with the time of its read', async () => {
    const apply = applyIssue({ features, now: () => NOW });
    const seen = (title: string, at: number) =>
      issueSnapshot({ id: 'future', title, updatedAt: FAR }, new Date(at).toISOString());
    await apply.read(seen('First', NOW), undefined, placement(), { makesDue: true });
    expect((await held('future'))?.linearUpdatedAt).toBe(new Date(NOW).toISOString());
    await apply.read(seen('Second', NOW + 1), await held('future'), placement(), { makesDue: true });
    expect((await held('future'))?.issue?.name).toBe('Second');
    const later = issueSnapshot({ id: 'future', title: 'Third', updatedAt: new Date(NOW + 2).toISOString() });
    expect(await apply.event(later, create, placement())).toBe('written');
  });
});

test('an issue that is too large for an item does not block other issues of the same read', async () => {
  const apply = applyIssue({ features, now: () => NOW });
  const labels = Array.from({ length: 5_000 }, (_, index) => ({
    id: `label-${index}`,
    name: 'x'.repeat(200),
  }));
  const issue = {
    ...issueSnapshot({ id: 'giant' }),
    labels: [...labels, { id: 'label-omakase', name: 'omakase' }],
  };
  expect(await apply.read(issue, undefined, placement(), { makesDue: true })).toBe('impossible');
});

test('an outage fails the read instead of skipping the issue', async () => {
  const broken = featuresTable(tables.db, 'no-such-table');
  const apply = applyIssue({ features: broken, now: () => NOW });
  await expect(
    apply.read(issueSnapshot({ id: 'x' }), undefined, placement(), { makesDue: true }),
  ).rejects.toThrow();
});
