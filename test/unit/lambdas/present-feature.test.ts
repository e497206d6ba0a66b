import { describe, expect, test } from 'vitest';
import type { Place } from '../../../lambdas/api/authorization.ts';
import type { ApiContext } from '../../../lambdas/api/deps.ts';
import { featureOperations } from '../../../lambdas/api/features/features.ts';
import {
  presentClaimed,
  presentFeature,
  presentListedFeature,
} from '../../../lambdas/api/features/present.ts';
import { projectRow } from '../../../shared/data/mirror/project-row.ts';
import { workspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import { MOST_BLOCKERS } from '../../../shared/domain/features/dependencies.ts';
import { defaultSettings } from '../../../shared/domain/workspaces/settings.ts';
import type { HttpEvent } from '../../../shared/runtime/http.ts';
import { deviation } from '../../../testing/openapi.ts';
import { listedFeature } from '../../support/listed-feature.ts';

const NOW = '2026-11-02T12:00:00.000Z';
const written = { createdAt: NOW, updatedAt: NOW };
const place = (settings: object = {}): Place => ({
  workspace: workspaceRow({
    id: 'workspace-1',
    ownerId: 'auth0|owner',
    linearOrganizationId: 'organization',
    linearOrganizationName: 'Organization',
    appUserId: 'app',
    connection: 'connected',
    connectedAt: NOW,
    settings: { ...defaultSettings, ...settings },
    tokenVersion: 1,
    ...written,
  }),
  project: projectRow({
    id: 'project-1',
    workspaceId: 'workspace-1',
    linearProjectId: 'linear-project',
    name: 'Project',
    description: '',
    linearUrl: 'https://linear.app/project',
    linearState: 'started',
    linearTeamIds: [],
    archivedThere: false,
    linearUpdatedAt: NOW,
    seenAt: NOW,
    contentHash: 'hash',
    ...written,
  }),
  now: Date.parse(NOW),
});

const blocker = (identifier: string, state: string, featureId?: string) => ({
  linearIssueId: `issue-${identifier}`,
  identifier,
  state,
  featureId,
});
const open = blocker('ENG-2', 'open', 'feature-2');
const cycle = [
  { featureId: 'feature-1', identifier: 'ENG-1' },
  { featureId: 'feature-2', identifier: 'ENG-2' },
];
const shown = (changes: Record<string, unknown>, settings = {}) => {
  const { ready, reason, blockedBy, blocked } = presentListedFeature(listedFeature(changes), place(settings));
  return { ready, reason, blockedBy, blocked };
};

describe('the dependencies of a feature that is shown', () => {
  test('are its blockers of every state, and one unknown for each that the app cannot see', () => {
    const blockers = [open, blocker('ENG-3', 'open'), blocker('OPS-1', 'done'), blocker('OPS-2', 'dead')];
    expect(shown({ claimAt: NOW, blockers, hiddenBlockers: 2 })).toEqual({
      ready: false,
      reason: 'blocked',
      blockedBy: [...blockers, { state: 'unknown' }, { state: 'unknown' }],
      blocked: { by: ['ENG-2', 'ENG-3'] },
    });
  });

  test('do not block it if none is open', () => {
    const blockers = [blocker('OPS-1', 'done'), blocker('OPS-2', 'dead')];
    const blockedBy = [...blockers, { state: 'unknown' }];
    const ready = { ready: true, reason: undefined, blocked: undefined };
    expect(shown({ claimAt: NOW, blockers, hiddenBlockers: 1, cycle })).toEqual({ ...ready, blockedBy });
    expect(shown({ claimAt: NOW })).toEqual({ ...ready, blockedBy: [] });
  });

  test('name the circle that they form, itself first', () => {
    expect(shown({ blockers: [open], cycle }).blocked).toEqual({ by: ['ENG-2'], cycle: ['ENG-1', 'ENG-2'] });
  });

  test('are none if it does not qualify, its issue is closed or the workspace has `dependencies: off`', () => {
    const blocked = { claimAt: NOW, blockers: [open], hiddenBlockers: 1, cycle };
    const none = { blockedBy: [], blocked: undefined };
    const out = { ...blocked, claimIn: undefined, claimAt: undefined };
    expect(shown({ ...out, withdrawn: 'deleted' })).toEqual({ ...none, ready: false, reason: 'withdrawn' });
    const done = { ...listedFeature().issue, state: { id: 'done', name: 'Done', type: 'completed' } };
    expect(shown({ ...out, issue: done })).toEqual({ ...none, ready: false, reason: 'closed_in_linear' });
    expect(shown(blocked, { dependencies: 'off' })).toEqual({ ...none, ready: true, reason: undefined });
  });

  test('are shown while a run holds it, whatever its status', () => {
    const lease = { runId: 'run-1', leaseUntil: '2026-11-02T12:15:00.000Z' };
    const row = listedFeature({
      status: 'in_progress',
      ...lease,
      claimAt: lease.leaseUntil,
      blockers: [open],
    });
    const dependencies = { blockedBy: [open], blocked: { by: ['ENG-2'] } };
    expect(presentClaimed({ feature: row, ...lease }, '', place())).toMatchObject({
      reason: 'taken',
      ...dependencies,
    });
    for (const status of ['passing', 'failing'])
      expect(shown({ status, blockers: [open] })).toMatchObject({ reason: status, ...dependencies });
  });

  test('are bounded, and open ones come first', () => {
    const most = Array.from({ length: MOST_BLOCKERS }, (_, n) => blocker(`ENG-${n}`, 'open'));
    expect(shown({ blockers: most, hiddenBlockers: 400 }).blockedBy).toEqual(most);
    const { blockedBy } = shown({ blockers: [open], hiddenBlockers: 400 });
    expect(blockedBy).toHaveLength(MOST_BLOCKERS);
    expect(blockedBy[0]).toEqual(open);
  });

  test('are as the OpenAPI document says, in a list, a single feature and a claimed one', () => {
    const blockers = [open, blocker('OPS-1', 'done'), blocker('OPS-2', 'dead')];
    const row = listedFeature({ status: 'in_progress', runId: 'run-1', blockers, hiddenBlockers: 1, cycle });
    const answers = {
      'GET /features/x': presentFeature(row, '', place()),
      'GET /projects/x/features': { items: [presentListedFeature(row, place())] },
      'POST /projects/x/features/claim': presentClaimed(
        { feature: row, runId: 'run-1', leaseUntil: NOW },
        '',
        place(),
      ),
    };
    for (const [route, body] of Object.entries(answers)) {
      const [method = '', path = ''] = route.split(' ');
      const answer = { status: 200, type: 'application/json', text: JSON.stringify(body) };
      expect(deviation({ method, path }, answer)).toBeUndefined();
    }
  });
});

test('the filters `ready` and `claimable` of a list agree with what each feature says', async () => {
  const rows = [
    listedFeature({ id: 'ready', claimAt: NOW, blockers: [blocker('OPS-1', 'done')] }),
    listedFeature({ id: 'blocked', claimAt: NOW, blockers: [open] }),
    listedFeature({ id: 'unread' }),
  ];
  const context = {
    authorize: { project: async () => place() },
    features: { listByProject: async () => ({ items: rows }) },
  } as unknown as ApiContext;
  const listed = async (query: Record<string, string>) => {
    const requestContext = { authorizer: { jwt: { claims: { sub: 'auth0|owner' } } } };
    const pathParameters = { id: 'project-1' };
    const event = { requestContext, pathParameters, queryStringParameters: query } as unknown as HttpEvent;
    const { body } = await featureOperations['GET /projects/{id}/features'].handle(event, context);
    const { items } = JSON.parse(String(body)) as { items: { id: string; reason?: string }[] };
    return items.map(({ id, reason }) => [id, reason]);
  };
  const waiting = [
    ['blocked', 'blocked'],
    ['unread', 'not_confirmed_yet'],
  ];
  expect(await listed({})).toEqual([['ready', undefined], ...waiting]);
  for (const filter of ['ready', 'claimable']) {
    expect(await listed({ [filter]: 'true' })).toEqual([['ready', undefined]]);
    expect(await listed({ [filter]: 'false' })).toEqual(waiting);
  }
});
