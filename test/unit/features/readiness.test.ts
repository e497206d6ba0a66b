import { describe, expect, test } from 'vitest';
import { shownReadiness, unreadyReasons } from '../../../shared/domain/features/readiness.ts';

const now = Date.parse('2026-11-02T12:00:00.000Z');
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
type Args = Parameters<typeof shownReadiness>;

const readiness = (
  feature: Partial<Args[0]> = {},
  project = {},
  workspace = {},
  dispatch: 'pull' | 'push' = 'pull',
) =>
  shownReadiness(
    { status: 'pending', claimAt: at(-1), issue: { state: { type: 'unstarted' } }, ...feature },
    {
      project: { archivedHere: false, archivedThere: false, linearState: 'started', ...project },
      workspace: { connection: 'connected', settings: { dispatch }, ...workspace },
    },
    now,
  );
const expired = { status: 'in_progress', claimAt: at(-1), leaseUntil: at(-1) } as const;
const held = { status: 'in_progress', claimAt: at(5), leaseUntil: at(5) } as const;

describe('readiness', () => {
  test('makes a feature claimable only where features are claimed, not announced', () => {
    expect(readiness()).toEqual({ ready: true, claimable: true, reason: undefined });
    const announced = readiness({ claimAt: undefined, readyAt: at(-1) }, {}, {}, 'push');
    expect(announced).toEqual({ ready: true, claimable: false, reason: undefined });
  });

  test('a feature with an expired lease is not ready but claimable, and the reason says so', () => {
    expect(readiness(held)).toEqual({ ready: false, claimable: false, reason: 'in_progress' });
    expect(readiness(expired)).toEqual({ ready: false, claimable: true, reason: 'lease_expired' });
    expect(readiness(expired, {}, {}, 'push')).toMatchObject({ claimable: false, reason: 'in_progress' });
    const closed = { archivedThere: true };
    expect(readiness(expired, closed)).toMatchObject({ claimable: false, reason: 'project_archived' });
  });

  test('names the first reason that applies, in the order of the list', () => {
    const ended = { issue: { state: { type: 'completed' } } };
    const away = { connection: 'disconnected' };
    const unread = { claimAt: undefined };
    const reasons = [
      readiness({ ...ended, status: 'passing', withdrawn: 'label_removed' }, { archivedHere: true }, away),
      readiness({ ...ended, status: 'passing' }, { archivedHere: true }, away),
      readiness({ ...ended, ...unread }, { archivedHere: true }, away),
      readiness(unread, { archivedHere: true, linearState: 'completed' }, away),
      readiness(unread, { linearState: 'completed' }, away),
      readiness(unread, { linearState: 'canceled' }, away),
      readiness(unread, {}, away),
      readiness({ ...unread, heldBySubIssues: true }, {}, away),
      readiness({ ...unread, heldBySubIssues: true }),
      readiness({ ...expired, ...unread }),
      readiness(expired),
    ].map(({ reason }) => reason);
    expect(reasons).toEqual([
      'label_removed',
      'passing',
      'issue_closed',
      'project_archived',
      'project_completed',
      'project_canceled',
      'workspace_not_connected',
      'workspace_not_connected',
      'has_open_sub_issues',
      'unconfirmed',
      'lease_expired',
    ]);
    const places = reasons.map((reason) => unreadyReasons.indexOf(reason as (typeof unreadyReasons)[number]));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});
