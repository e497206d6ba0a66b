import { describe, expect, test } from 'vitest';
import type { SessionRow } from '../../../shared/data/planning/session-row.ts';
import { askReading } from '../../../shared/use-cases/planning/sessions/ask-reading.ts';
import { createSession } from '../../../shared/use-cases/planning/sessions/create-session.ts';
import { wakeSessions } from '../../../shared/use-cases/planning/sessions/wake-sessions.ts';

const SITE = 'https://acme.atlassian.net';
const started = () => {
  const ids: string[] = [];
  return {
    ids,
    startReading: async ({ sessionIds }: { sessionIds: readonly string[] }) => void ids.push(...sessionIds),
  };
};

type World = { workspaceId?: string; tenancy?: number; cloudId?: string; pageId?: string; teams?: string[] };

/** Plans a page. `existing` is the row that its session has already. */
const plan = async (
  { workspaceId = 'w', tenancy = 0, cloudId = 'cloud', pageId = '5', teams = ['t'] }: World = {},
  existing?: Partial<SessionRow>,
) => {
  const { ids, startReading } = started();
  const rows = new Map<string, Partial<SessionRow>>();
  const page = { id: pageId, title: 'PI 1', status: 'current', spaceId: '1', webPath: '/x' };
  const create = createSession({
    sessions: {
      create: async (row: Partial<SessionRow>) => {
        rows.set('stored', row);
        return existing;
      },
      revive: async () => true,
      get: async () => existing ?? rows.get('stored'),
    } as never,
    projects: { get: async () => ({ workspaceId, linearTeamIds: teams }) } as never,
    confluence: async (_, call) =>
      call({ page: async () => page } as never, { siteUrl: SITE, cloudId } as never),
    startReading,
    now: () => 0,
  });
  const request = { confluencePageUrl: `${SITE}/wiki/spaces/PLAN/pages/${pageId}/Plan`, projectId: 'p' };
  await create({ id: workspaceId, tenancy } as never, request, 'auth0|me');
  const { id = '', teamId } = rows.get('stored') ?? {};
  return { id, teamId, isStarted: ids.includes(id) };
};

describe('a page that is planned', () => {
  test('has a session of its own in each workspace, tenancy and site', async () => {
    const first = (await plan()).id;
    expect((await plan()).id).toBe(first);
    const others = [{ workspaceId: 'x' }, { tenancy: 1 }, { cloudId: 'other' }, { pageId: '6' }];
    const all = await Promise.all(others.map(async (world) => (await plan(world)).id));
    expect(new Set([first, ...all]).size).toBe(5);
  });

  test('is read at once if its session is new or had ended', async () => {
    expect((await plan()).isStarted).toBe(true);
    expect((await plan({}, { projectId: 'p', endedAt: '2026-11-28T12:00:00.000Z' })).isStarted).toBe(true);
    expect((await plan({}, { projectId: 'p' })).isStarted).toBe(false);
  });

  test('belongs to the team of its project, where that has only one', async () => {
    expect((await plan()).teamId).toBe('t');
    expect((await plan({ teams: ['t', 'u'] })).teamId).toBeUndefined();
  });
});

test('a reading that is asked for starts, and none of a session that has ended', async () => {
  const { ids, startReading } = started();
  const asked = (isAlive: boolean) =>
    askReading({ sessions: { askReading: async () => isAlive } as never, startReading, now: () => 0 })({
      id: 's',
      workspaceId: 'w',
    } as never);
  await asked(true);
  expect(ids).toEqual(['s']);
  await expect(asked(false)).rejects.toMatchObject({ kind: 'conflict' });
  expect(ids).toEqual(['s']);
});

test('a site that works again wakes all sessions that wait for it, and no others', async () => {
  const { ids, startReading } = started();
  const asked: string[] = [];
  const row = (id: string, code?: string) => ({ id, ...(code && { reason: { code } }) });
  const pages = {
    first: { items: [row('a', 'credential_refused'), row('b')], next: 'second' },
    second: { items: [row('c', 'malformed'), row('d', 'page_not_found'), row('e', 'site_changed')] },
  };
  const wake = wakeSessions({
    sessions: {
      listByWorkspace: async (_: unknown, { start = 'first' }: { start?: 'first' | 'second' }) =>
        pages[start],
      askReading: async ({ id }: { id: string }) => asked.push(id),
    } as never,
    startReading,
    now: () => 0,
  });
  await wake({ id: 'w', tenancy: 0 });
  expect(asked).toEqual(['a', 'd', 'e']);
  expect(ids).toEqual(asked);
});
