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
    ['may wait for a second read', { features: [featureRow(soon)] }],
    ['may wait for the end of a pause', { workspaces: [workspaceRow({ dueAt: `${inMinutes(19)}#x` })] }],
    ['may have an expired lease', { leases: [{ id: 'w' }, { id: 'x', until: inMinutes(-1) }] }],
    ['may have runs that ended', { history: [{ id: 'h', workspaceId: 'w', kind: 'sync', outcome: 'done' }] }],
    [
      'may be overdue if they belong to no workspace of the run',
      { features: [featureRow({ workspaceId: 'another', dueIn: 'due#1', dueAt: `${inMinutes(-1)}#x` })] },
    ],
  ])('%s', (_, rows) => {
    expect(brokenRows([place], NOW, rowsWith(rows))).toEqual([]);
  });
});

describe('the check of due times finds', () => {
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
    [
      'a workspace whose sync has not ended',
      { workspaces: [workspaceRow({ sync: { page: 2 } })] },
      'w',
      'still has a sync',
    ],
    [
      'a project whose sync has not ended',
      { projects: [projectRow({ sync: {} })] },
      'project',
      'still has a sync',
    ],
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

describe('a correct mirror', () => {
  const trashed = { issues: [issue({ trashed: true })] };
  const projects = [{ id: 'project', name: 'Project', archivedAt: inMinutes(-5), trashed: null }];
  const done = { id: 'done', name: 'Done', type: 'completed' };
  test.each<[string, Partial<LinearState>, Changed]>([
    ['has what Linear shows', {}, {}],
    ['has withdrawn what does not qualify', trashed, { features: [featureRow({ withdrawn: 'trashed' })] }],
    ['may have no row for what does not qualify', trashed, { features: [] }],
    [
      'may have no row for what was closed before it was imported',
      { issues: [issue({ state: done })] },
      { features: [] },
    ],
    ['shows that a project is archived', { projects }, { projects: [projectRow({ archivedThere: true })] }],
    [
      'keeps a project that Linear no longer has, as archived',
      { projects: [], issues: [] },
      { projects: [projectRow({ archivedThere: true })], features: [] },
    ],
    [
      'may have rows of other workspaces beside it',
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

describe('the check of the mirror finds', () => {
  const { issue: held } = featureRow();
  const withIssue = (changes: object) => ({ features: [featureRow({ issue: { ...held, ...changes } })] });
  test.each<[string, Changed]>([
    ['a feature with another name', withIssue({ name: 'Old' })],
    ['a feature with another description', withIssue({ description: 'Old' })],
    ['a feature with another priority', withIssue({ priority: 1 })],
    ['a feature with another state', withIssue({ state: { id: 'done', name: 'Done', type: 'completed' } })],
    ['a feature that lacks a label', withIssue({ labels: [{ name: 'Omakase' }] })],
    ['a feature in another project', { features: [featureRow({ projectId: 'q' })] }],
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
  ])('a feature that exists although its issue %s', (_, changes) => {
    expect(found({ issues: [issue(changes)] }, {})).toEqual([
      { check: 'features', workspace: 0, about: 'issue', text: 'exists, though its issue does not qualify' },
    ]);
  });

  const done = { issues: [issue({ state: { id: 'done', name: 'Done', type: 'completed' } })] };
  test.each<[string, Partial<LinearState>, Changed, string]>([
    ['an issue without a row', {}, { features: [] }, 'is absent, though its issue qualifies'],
    [
      'an issue with only a stub',
      {},
      { features: [featureRow({ issue: undefined })] },
      'is absent, though its issue qualifies',
    ],
    [
      'a withdrawn feature whose issue qualifies',
      {},
      { features: [featureRow({ withdrawn: 'gone' })] },
      'is gone, though its issue qualifies',
    ],
    [
      'a withdrawn feature whose issue is closed but qualifies',
      done,
      { features: [featureRow({ withdrawn: 'gone' })] },
      'is withdrawn (gone), though its issue qualifies',
    ],
    [
      'a feature whose issue Linear does not have',
      { issues: [] },
      {},
      'exists, though Linear has no such issue',
    ],
    [
      'an issue with two rows',
      {},
      { features: [featureRow({ id: 'f' }), featureRow()] },
      'has more than one row',
    ],
  ])('%s', (_, linear, rows, text) => {
    expect(found(linear, rows)).toEqual([{ check: 'features', workspace: 0, about: 'issue', text }]);
  });

  const archived = [{ id: 'project', name: 'Project', archivedAt: inMinutes(-5), trashed: null }];
  test.each<[string, Partial<LinearState>, Changed, string]>([
    ['a project with an old name', {}, { projects: [projectRow({ name: 'Old' })] }, 'and should be'],
    ['a project that is archived only in Linear', { projects: archived }, {}, 'and should be'],
    [
      'a project that is archived only in our row',
      {},
      { projects: [projectRow({ archivedThere: true })] },
      'and should be',
    ],
    ['a project without a row', { issues: [] }, { projects: [], features: [] }, 'is undefined and should be'],
    [
      'a project that Linear does not have',
      { projects: [], issues: [] },
      { features: [] },
      'exists, though Linear has no such project',
    ],
    ['a project with two rows', {}, { projects: [projectRow(), projectRow()] }, 'has more than one row'],
  ])('%s', (_, linear, rows, text) => {
    expect(found(linear, rows)).toEqual([
      { check: 'projects', workspace: 0, about: 'project', text: expect.stringContaining(text) },
    ]);
  });
});

describe('a log', () => {
  const outputs = { clientSecret: 'the-client-secret', webhookSecret: 'the-webhook-secret' };

  test('may contain outcomes and ids', () => {
    expect(leaks('{"outcome":"written","issueId":"i"}', outputs)).toEqual([]);
  });
  test('passes if the run has no secrets', () => {
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
  ])('must not contain %s', (what, text) => {
    expect(leaks(`{"message":"before"}\n{"message":"${text}"}`, outputs)).toEqual([
      { check: 'logs', workspace: undefined, about: undefined, text: `${what} is in a log` },
    ]);
  });
});
