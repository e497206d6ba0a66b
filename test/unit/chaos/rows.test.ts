import { describe, expect, test } from 'vitest';
import { leaks } from '../../../chaos/checks/check-logs.ts';
import { mirrorDifferences } from '../../../chaos/checks/check-mirror.ts';
import { brokenRows } from '../../../chaos/checks/check-rows.ts';
import type { LinearIssue, LinearState } from '../../../chaos/checks/linear-state.ts';
import {
  featureRow,
  inMinutes,
  issue,
  linearState,
  NOW,
  place,
  projectRow,
  rowsWith,
  workspaceRow,
} from '../../support/chaos-state.ts';

type Changed = Parameters<typeof rowsWith>[0];

describe('healthy rows', () => {
  const soon = { dueIn: 'due#1', dueAt: `${inMinutes(10)}#x` };
  test.each<[string, Changed]>([
    ['are not due, or due soon', {}],
    ['may wait for a second look', { features: [featureRow(soon)] }],
    ['may wait for the end of a pause', { workspaces: [workspaceRow({ dueAt: `${inMinutes(19)}#x` })] }],
    ['may have had a lease', { leases: [{ id: 'w' }, { id: 'x', until: inMinutes(-1) }] }],
    ['may have had runs', { history: [{ id: 'h', workspaceId: 'w', kind: 'sync', outcome: 'done' }] }],
    [
      'may be another’s',
      { features: [featureRow({ workspaceId: 'another', dueIn: 'due#1', dueAt: `${inMinutes(-1)}#x` })] },
    ],
  ])('%s', (_, rows) => {
    expect(brokenRows([place], NOW, rowsWith(rows))).toEqual([]);
  });
});

describe('stuck rows', () => {
  const overdue = { dueIn: 'due#0', dueAt: `${inMinutes(-1)}#x` };
  const late = { dueIn: 'due#0', dueAt: `${inMinutes(21)}#x` };
  const parked = { dueIn: 'parked#w', dueAt: `${inMinutes(10)}#x` };
  const running = { id: 'h', workspaceId: 'w', kind: 'reconcile', outcome: 'running' };
  test.each<[string, Changed, string, string]>([
    ['an overdue feature', { features: [featureRow(overdue)] }, 'issue', 'has been due since'],
    ['an overdue project', { projects: [projectRow(overdue)] }, 'project', 'has been due since'],
    ['an overdue workspace', { workspaces: [workspaceRow(overdue)] }, 'w', 'has been due since'],
    ['a feature without a due time', { features: [featureRow({ dueIn: 'due#1' })] }, 'issue', 'has been due'],
    ['a feature due too late', { features: [featureRow(late)] }, 'issue', 'is not due until'],
    ['a workspace due too late', { workspaces: [workspaceRow(late)] }, 'w', 'is not due until'],
    ['a parked feature', { features: [featureRow(parked)] }, 'issue', 'stays parked'],
    ['a parked project', { projects: [projectRow(parked)] }, 'project', 'stays parked'],
    [
      'a workspace that lost its connection',
      { workspaces: [workspaceRow({ connection: 'needs_reauth' })] },
      'w',
      'is needs_reauth',
    ],
    [
      'a workspace that is never due',
      { workspaces: [workspaceRow({ dueIn: undefined })] },
      'w',
      'is connected and never due',
    ],
    ['a sync of a workspace', { workspaces: [workspaceRow({ sync: { page: 2 } })] }, 'w', 'still has a sync'],
    ['a sync of a project', { projects: [projectRow({ sync: {} })] }, 'project', 'still has a sync'],
    ['a lease that is held', { leases: [{ id: 'w', until: inMinutes(1) }] }, 'w', 'is leased until'],
    [
      'a run that never ended',
      { history: [running] },
      'h',
      'history shows a reconcile that is still running',
    ],
  ])('%s', (_, rows, about, text) => {
    expect(brokenRows([place], NOW, rowsWith(rows))).toEqual([
      { check: 'due', workspace: 0, about, text: expect.stringContaining(text) },
    ]);
  });
});

const found = (linear: Partial<LinearState>, rows: Changed) =>
  mirrorDifferences(place, linearState(linear), rowsWith(rows));

describe('a mirror that is right', () => {
  const trashed = { issues: [issue({ trashed: true })] };
  const projects = [{ id: 'project', name: 'Project', archivedAt: inMinutes(-5), trashed: null }];
  const done = { id: 'done', name: 'Done', type: 'completed' };
  test.each<[string, Partial<LinearState>, Changed]>([
    ['has what Linear shows', {}, {}],
    ['has withdrawn what does not qualify', trashed, { features: [featureRow({ withdrawn: 'trashed' })] }],
    ['has no row of what does not qualify', trashed, { features: [] }],
    ['has no row of what ended before', { issues: [issue({ state: done })] }, { features: [] }],
    ['knows an archived project', { projects }, { projects: [projectRow({ archivedThere: true })] }],
    [
      'keeps a project that is gone',
      { projects: [], issues: [] },
      { projects: [projectRow({ archivedThere: true })], features: [] },
    ],
    [
      'has a running one that cannot be claimed',
      {},
      { features: [featureRow({ status: 'in_progress', claimAt: undefined })] },
    ],
    [
      'has rows of other workspaces',
      {},
      {
        features: [featureRow(), featureRow({ id: 'f', workspaceId: 'v' })],
        projects: [projectRow(), projectRow({ id: 'q', workspaceId: 'v', linearProjectId: 'theirs' })],
      },
    ],
  ])('%s', (_, linear, rows) => {
    expect(found(linear, rows)).toEqual([]);
  });
});

describe('a mirror that is wrong', () => {
  const { issue: held } = featureRow();
  const withIssue = (changes: object) => ({ features: [featureRow({ issue: { ...held, ...changes } })] });
  test.each<[string, Changed]>([
    ['another name', withIssue({ name: 'Old' })],
    ['another description', withIssue({ description: 'Old' })],
    ['another priority', withIssue({ priority: 1 })],
    ['another state', withIssue({ state: { id: 'done', name: 'Done', type: 'completed' } })],
    ['a label less', withIssue({ labels: [{ name: 'Omakase' }] })],
    ['another project', { features: [featureRow({ projectId: 'q' })] }],
  ])('%s', (_, rows) => {
    expect(found({}, rows)).toEqual([
      { check: 'features', workspace: 0, about: 'issue', text: expect.stringContaining('and should be') },
    ]);
  });

  test.each<[string, Partial<LinearIssue>]>([
    ['lost its label', { labels: { nodes: [{ name: 'web' }] } }],
    ['left its project', { project: null }],
    ['was archived', { archivedAt: inMinutes(-5) }],
    ['was trashed', { trashed: true }],
  ])('a feature that exists, though its issue %s', (_, changes) => {
    expect(found({ issues: [issue(changes)] }, {})).toEqual([
      { check: 'features', workspace: 0, about: 'issue', text: 'exists, though its issue does not qualify' },
    ]);
  });

  const done = { issues: [issue({ state: { id: 'done', name: 'Done', type: 'completed' } })] };
  test.each<[string, Partial<LinearState>, Changed, string]>([
    ['no row', {}, { features: [] }, 'is absent, though its issue qualifies'],
    ['a stub', {}, { features: [featureRow({ issue: undefined })] }, 'is absent, though its issue qualifies'],
    [
      'a withdrawn row',
      {},
      { features: [featureRow({ withdrawn: 'gone' })] },
      'is gone, though its issue qualifies',
    ],
    [
      'a withdrawn row of an ended issue',
      done,
      { features: [featureRow({ withdrawn: 'gone' })] },
      'is withdrawn (gone), though its issue qualifies',
    ],
    ['a row of no issue', { issues: [] }, {}, 'exists, though Linear has no such issue'],
    ['two rows', {}, { features: [featureRow({ id: 'f' }), featureRow()] }, 'has more than one row'],
    [
      'a row that is not ready',
      {},
      { features: [featureRow({ claimAt: undefined })] },
      'is pending and is not ready',
    ],
  ])('%s', (_, linear, rows, text) => {
    expect(found(linear, rows)).toEqual([{ check: 'features', workspace: 0, about: 'issue', text }]);
  });

  const archived = [{ id: 'project', name: 'Project', archivedAt: inMinutes(-5), trashed: null }];
  test.each<[string, Partial<LinearState>, Changed, string]>([
    ['an old name of a project', {}, { projects: [projectRow({ name: 'Old' })] }, 'and should be'],
    ['an archived project that is active', { projects: archived }, {}, 'and should be'],
    [
      'an active project that is archived',
      {},
      { projects: [projectRow({ archivedThere: true })] },
      'and should be',
    ],
    ['no row of a project', { issues: [] }, { projects: [], features: [] }, 'is undefined and should be'],
    [
      'a project of nowhere',
      { projects: [], issues: [] },
      { features: [] },
      'exists, though Linear has no such project',
    ],
    ['two rows of a project', {}, { projects: [projectRow(), projectRow()] }, 'has more than one row'],
  ])('%s', (_, linear, rows, text) => {
    expect(found(linear, rows)).toEqual([
      { check: 'projects', workspace: 0, about: 'project', text: expect.stringContaining(text) },
    ]);
  });
});

describe('a log', () => {
  const outputs = { clientSecret: 'the-client-secret', webhookSecret: 'the-webhook-secret' };

  test('of outcomes and ids is right', () => {
    expect(leaks('{"outcome":"written","issueId":"i"}', outputs)).toEqual([]);
  });
  test('without secrets to look for is right', () => {
    expect(leaks('{"outcome":"written - undefined"}', {})).toEqual([]);
  });
  test.each([
    ['the client secret', 'the-client-secret'],
    ['the webhook secret', 'the-webhook-secret'],
    ['a personal API key', 'lin_api_0123'],
    ['an access token', 'Bearer lin_oauth_0123'],
    ['a refresh token', 'lin_refresh_0123'],
    ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.e30.x'],
    ['a description or a comment', 'for-nobody-but-linear 17'],
  ])('with %s is not', (what, text) => {
    expect(leaks(`{"message":"before"}\n{"message":"${text}"}`, outputs)).toEqual([
      { check: 'logs', workspace: undefined, about: undefined, text: `${what} is in a log` },
    ]);
  });
});
