import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, paginate } from '../../../local/linear/graphql/connections.ts';
import type { Context } from '../../../local/linear/graphql/context.ts';
import { filterContext, listing } from '../../../local/linear/graphql/fields.ts';
import { type Filter, matches } from '../../../local/linear/graphql/filters.ts';
import { seedOrganization } from '../../../local/linear/seed/seed-organization.ts';
import { seedVolume } from '../../../local/linear/seed/seed-volume.ts';
import type { Issue, User } from '../../../local/linear/store/model.ts';
import type { OrderKey } from '../../../local/linear/store/sorted-rows.ts';
import { Store } from '../../../local/linear/store/store.ts';
import { View } from '../../../local/linear/store/view.ts';
import { Clock } from '../../../local/stand-in/clock.ts';

/** An index must not change a page, so each page is compared with filtering and sorting every row. */

const dataDir = mkdtempSync(join(tmpdir(), 'linear-listing-'));
let store: Store;
let context: Context;
let rows: Issue[];

beforeAll(() => {
  store = new Store(dataDir);
  const clock = new Clock();
  const { id } = seedOrganization(store, clock, { name: 'Acme', adminKey: 'key' });
  seedOrganization(store, clock, { name: 'Globex', adminKey: 'other' });
  seedVolume(store, clock, id, { teams: 3, projects: 40, issues: 3000 });
  const user = [...store.collection('User', id).values()].find(({ admin }) => admin) as User;
  context = { organizationId: id, user, store, clock, view: new View(store, user) } as Context;
  const labels = [...store.collection('IssueLabel', id).values()].filter(({ isGroup }) => !isGroup);
  const states = [...store.collection('WorkflowState', id).values()];
  const projects = [...store.collection('Project', id).values()];
  for (const [index, issue] of [...store.collection('Issue', id).values()].entries()) {
    const updatedAt = new Date(Date.parse(issue.createdAt) + (index % 97) * 1000).toISOString();
    const own = states.filter(({ teamId }) => teamId === issue.teamId);
    store.set('Issue', {
      ...issue,
      updatedAt,
      priority: index % 5,
      labelIds: labels.filter((_, n) => (index + n) % 4 === 0).map((label) => label.id),
      stateId: own[index % own.length]?.id ?? issue.stateId,
      projectId: index % 7 === 0 ? null : (projects[index % projects.length]?.id ?? null),
      archivedAt: index % 11 === 0 ? updatedAt : null,
    });
  }
  rows = context.view.rows('Issue');
});
afterAll(() => {
  store.close();
  rmSync(dataDir, { recursive: true });
});

const row = () => fc.constantFrom(...rows);
const moment = () => fc.constantFrom(...rows.map(({ updatedAt }) => updatedAt));
const leaf = () =>
  fc.oneof(
    row().map(({ id }) => ({ id: { eq: id } })),
    fc.array(row(), { maxLength: 5 }).map((some) => ({ id: { in: some.map(({ id }) => id) } })),
    moment().map((at) => ({ updatedAt: { gte: at } })),
    moment().map((at) => ({ updatedAt: { lt: at } })),
    moment().map((at) => ({ createdAt: { lte: at, gt: '-P2D' } })),
    fc
      .constantFrom('omakase', 'WEB', 'nothing')
      .map((name) => ({ labels: { some: { name: { eqIgnoreCase: name } } } })),
    fc.constantFrom('bug', 'feature').map((name) => ({ labels: { name: { eqIgnoreCase: name } } })),
    fc.constant({ labels: { every: { name: { neq: 'web' } } } }),
    fc.constantFrom('started', 'completed').map((type) => ({ state: { type: { eq: type } } })),
    fc.constant({ state: { type: { nin: ['completed', 'canceled'] } } }),
    fc.boolean().map((none) => ({ project: { null: none } })),
    fc.constantFrom('Project 7', 'Reliability').map((name) => ({ project: { name: { eq: name } } })),
    fc.constant({ project: { or: [{ null: true }, { name: { eq: 'Project 7' } }] } }),
    fc.constantFrom('ENG', 'T3', 'NONE').map((key) => ({ team: { key: { eq: key } } })),
    fc.constant({ assignee: { null: true } }),
    fc.nat(4).map((priority) => ({ priority: { eq: priority } })),
  );
const filter = () =>
  fc.oneof(
    leaf(),
    fc.tuple(leaf(), leaf()).map(([a, b]) => ({ ...a, ...b })),
    fc.array(leaf(), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
    fc.array(leaf(), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
  );
const pageArguments = () =>
  fc.record({
    orderBy: fc.constantFrom('createdAt' as const, 'updatedAt' as const),
    first: fc.constantFrom(1, 10, 250),
    includeArchived: fc.boolean(),
  });

const idsOf = (page: Connection<{ id: string }>) => page.nodes.map(({ id }) => id);

/** A page without any index: filter, sort, slice. */
const plainly = (
  where: Filter,
  { orderBy, includeArchived }: { orderBy: OrderKey; includeArchived: boolean },
) =>
  rows
    .filter((one) => includeArchived || one.archivedAt === null)
    .filter((one) => matches('Issue', one, where, filterContext(context)))
    .map(({ id, [orderBy]: at }) => ({ id, place: `${at} ${id}` }))
    .sort((a, b) => (a.place < b.place ? 1 : -1))
    .map(({ id }) => id);

test('a page that is found through indexes equals the page that is found by reading every row', () => {
  fc.assert(
    fc.property(filter(), pageArguments(), (where, page) => {
      const all = plainly(where, page);
      const found = listing('Issue', { filter: where, ...page }, context);
      expect(idsOf(found)).toEqual(all.slice(0, page.first));
      expect(found.pageInfo.hasNextPage).toBe(all.length > page.first);
    }),
    { numRuns: 150 },
  );
}, 30_000);

test('the next and the previous page contain the rows next to the cursor', () => {
  fc.assert(
    fc.property(
      filter(),
      pageArguments(),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (where, page, part) => {
        const all = plainly(where, page);
        const at = Math.floor(part * all.length);
        const base = { filter: where, ...page };
        const cursor = listing('Issue', { ...base, first: 1, filter: { id: { eq: all[at] } } }, context)
          .pageInfo.endCursor;
        if (all.length === 0) return;
        const next = listing('Issue', { ...base, after: cursor }, context);
        expect(idsOf(next)).toEqual(all.slice(at + 1, at + 1 + page.first));
        const back = listing(
          'Issue',
          { ...base, first: undefined, last: page.first, before: cursor },
          context,
        );
        expect(idsOf(back)).toEqual(all.slice(Math.max(0, at - page.first), at));
        expect(back.pageInfo).toMatchObject({ hasPreviousPage: at > page.first, hasNextPage: true });
      },
    ),
    { numRuns: 75 },
  );
}, 30_000);

test('related rows are found through their index', () => {
  const { id } = context.view.rows('Project')[1] as { id: string };
  const found = listing('Issue', { first: 250, includeArchived: true }, context, {
    key: 'projectId',
    value: id,
  });
  const expected = paginate(
    rows.filter(({ projectId }) => projectId === id),
    { first: 250, includeArchived: true },
  );
  expect(idsOf(found)).toEqual(idsOf(expected));
  expect(found.nodes.length).toBeGreaterThan(20);
});

test('an index stays correct when rows are changed, moved and deleted', () => {
  const issue = rows[5] as Issue;
  const since = new Date(Date.now() + 3_600_000).toISOString();
  const changed = () =>
    idsOf(listing('Issue', { orderBy: 'updatedAt', filter: { updatedAt: { gte: since } } }, context));
  const inProject = (projectId: string) =>
    idsOf(listing('Issue', { first: 250, filter: { project: { id: { eq: projectId } } } }, context));
  const hangsOn = (value: string) =>
    idsOf(listing('Issue', { first: 250 }, context, { key: 'projectId', value })).includes(issue.id);
  const [from, to] = context.view.rows('Project').map(({ id }) => id) as [string, string];
  store.set('Issue', { ...issue, projectId: from, archivedAt: null });
  expect(inProject(from)).toContain(issue.id);
  expect(changed()).toEqual([]);
  store.set('Issue', { ...issue, projectId: to, archivedAt: null, updatedAt: since });
  expect([changed(), inProject(from).includes(issue.id)]).toEqual([[issue.id], false]);
  expect(inProject(to)).toContain(issue.id);
  expect([hangsOn(from), hangsOn(to)]).toEqual([false, true]);
  const walked = () =>
    listing('Issue', { orderBy: 'updatedAt', first: 250, includeArchived: true }, context).nodes;
  expect(walked().filter(({ id }) => id === issue.id)).toMatchObject([{ updatedAt: since }]);
  const collection = context.view.collection('Issue');
  expect(collection.sortedBy('updatedAt').count({})).toBe(collection.size);
  store.commit([{ delete: 'Issue', id: issue.id }]);
  expect([changed(), inProject(to).includes(issue.id)]).toEqual([[], false]);
  expect([hangsOn(from), hangsOn(to)]).toEqual([false, false]);
});
