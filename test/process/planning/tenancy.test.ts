import { afterAll, beforeAll, expect, test } from 'vitest';
import { tamper } from '../../../testing/tables.ts';
import { BILLING } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import type { Planner } from '../../support/planning/seen.ts';

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const planned = async () => planner.plan(await planner.newPage(BILLING));

test('an item of another session is not found', async () => {
  const [mine, theirs] = [await planned(), await planned()];
  const { id } = await theirs.item('Refunds');
  const word = mine.decide(await mine.row(), id, { ignored: true }, 'auth0|me');
  await expect(word).rejects.toMatchObject({ kind: 'not_found' });
  expect((await theirs.item('Refunds')).word).toBeUndefined();
});

test('a page cannot be planned into a project of another workspace', async () => {
  const [mine, theirs] = [await planned(), await planned()];
  const { pageId } = await mine.row();
  const request = { confluencePageUrl: planner.addressOf(pageId), projectId: theirs.projectId };
  await expect(mine.create(mine.workspace, request, 'auth0|me')).rejects.toMatchObject({
    kind: 'invalid_input',
  });
});

test('somebody who takes the workspace over sees no session of before, and begins one of their own', async () => {
  const session = await planned();
  const before = await session.items();
  await tamper(planner.tables.db, 'workspaces', { id: session.workspace.id }, { set: { tenancy: 1 } });
  const workspace = (await planner.workspaces.get(session.workspace.id)) as typeof session.workspace;
  expect((await session.sessions.listByWorkspace(workspace, { limit: 10 })).items).toEqual([]);
  await session.again();
  expect(await session.row()).toMatchObject({ status: 'paused', reason: { code: 'site_missing' } });

  await planner.connectSite(workspace);
  await session.again();
  expect(await session.row()).toMatchObject({ status: 'paused', reason: { code: 'site_changed' } });
  expect(await session.items()).toEqual(before);
  const own = await planner.plan((await session.row()).pageId, { ...session, workspace });
  expect(own.id).not.toBe(session.id);
  expect((await own.row()).status).toBe('completed');
});

test('a site that is connected has the pages read at once that waited for one', async () => {
  const session = await planned();
  await planner.sites.forget((await planner.sites.get(session.workspace.id)) as never);
  await session.again();
  expect(await session.row()).toMatchObject({ status: 'paused', reason: { code: 'site_missing' } });
  expect(await session.read(session.id)).toEqual(['not_due']);
  await planner.connectSite(session.workspace);
  expect(await session.read(session.id)).toEqual(['read']);
});
