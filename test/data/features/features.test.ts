import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { projectionOf } from '../../../shared/domain/features/feature.ts';
import { issueSnapshot, placement } from '../../../testing/builders.ts';
import {
  at,
  CREATE,
  features,
  issueId,
  NOW,
  newIssue,
  projection,
  startFeatures,
  stopFeatures,
  stored,
  tables,
} from '../../support/feature-rows.ts';

beforeAll(startFeatures);
afterAll(stopFeatures);
beforeEach(newIssue);

describe('the due index', () => {
  test('finds features that are due, and none that are postponed or settled', async () => {
    await features.saveProjection(projection(), CREATE);
    const row = await stored();
    const dueIds = async () => (await features.due(NOW + 1)).map(({ id }) => id);
    expect(await dueIds()).toContain(row.id);
    await features.postpone(row, NOW + 60_000);
    expect(await dueIds()).not.toContain(row.id);
    expect((await features.due(NOW + 61_000)).map(({ id }) => id)).toContain(row.id);
    await features.settle(await stored(), { posted: [] }, NOW);
    expect((await features.due(NOW + 61_000)).map(({ id }) => id)).not.toContain(row.id);
  });
});

describe('a retry', () => {
  const failing = (id: string) => ({ id, workspaceId: 'workspace-1', linearIssueId: id, failure: 'odd' });

  test('is scheduled once for the same failure', async () => {
    const id = `odd-${Math.random()}`;
    await features.retry(failing(id), { at: NOW + 60_000, now: NOW });
    const row = await features.get(id);
    if (!row) throw new Error('no row');
    expect(row).toMatchObject({ failure: 'odd', status: 'pending' });
    expect(row.dueAt?.slice(0, 24)).toBe(new Date(NOW + 60_000).toISOString());
    await features.settle(row, { posted: [], failure: 'odd' }, NOW);
    await features.retry(failing(id), { at: NOW, now: NOW });
    expect((await features.get(id))?.dueAt).toBeUndefined();
  });

  test('does not postpone a feature that is due already', async () => {
    await features.saveProjection(projection(), CREATE);
    const before = (await stored()).dueAt;
    await features.retry(failing((await stored()).id), { at: NOW + 3_600_000, now: NOW });
    expect(await stored()).toMatchObject({ dueAt: before, failure: 'odd' });
  });

  test('brings forward a later due time', async () => {
    await features.saveProjection(projection(), CREATE);
    await features.postpone(await stored(), NOW + 24 * 3_600_000);
    await features.retry(failing((await stored()).id), { at: NOW + 600_000, now: NOW });
    expect((await stored()).dueAt?.slice(0, 24)).toBe(new Date(NOW + 600_000).toISOString());
  });
});

test('a project lists its features by priority, page by page, without features that moved away', async () => {
  const project = `project-${issueId}`;
  const put = (id: string, priority: number, projectId = project, updatedAt = at(0)) =>
    features.saveProjection(
      projectionOf(issueSnapshot({ id: `${issueId}-${id}`, priority, updatedAt, title: id }), {
        ...placement(),
        projectId,
      }),
      CREATE,
    );
  await put('low', 4);
  await put('urgent', 1);
  await put('none', 0);
  await put('moved', 1);
  await put('moved', 1, 'elsewhere', at(5));
  const first = await features.listByProject(project, { limit: 2 });
  const second = await features.listByProject(project, { limit: 2, start: first.next });
  expect([...first.items, ...second.items].map(({ issue }) => issue.name)).toEqual(['urgent', 'none', 'low']);
});

test('rows are returned in the requested order, whatever order DynamoDB answers in', async () => {
  const made = Array.from({ length: 120 }, (_, n) => projection({ id: `ordered-${n}` }));
  await Promise.all(made.map((each) => features.saveProjection(each, CREATE)));
  const ids = made.map(({ id }) => id);
  // The local engine keeps the order of the keys, but AWS promises none.
  tables.db.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { Responses } = answer.output as { Responses?: Record<string, object[]> };
      Responses?.features?.reverse();
      return answer;
    },
    { step: 'initialize', name: 'reversed' },
  );
  const rows = await features.getMany(['none', ...ids]);
  tables.db.client.middlewareStack.remove('reversed');
  expect(rows.map(({ id }) => id)).toEqual(ids);
});
