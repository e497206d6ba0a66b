import { describe, expect, test } from 'vitest';
import { shownReadiness, unreadyReasons } from '../../../shared/domain/features/readiness.ts';
import { defaultSettings } from '../../../shared/domain/workspaces/settings.ts';

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
    {
      status: 'pending',
      claimIn: 'project#2',
      claimAt: at(-1),
      issue: { state: { type: 'unstarted' } },
      ...feature,
    },
    {
      project: { archivedHere: false, archivedThere: false, linearState: 'started', ...project },
      workspace: { connection: 'connected', settings: { ...defaultSettings, dispatch }, ...workspace },
    },
    now,
  );
const expired = { status: 'in_progress', claimAt: at(-1), leaseUntil: at(-1) } as const;
const blockers = [{ linearIssueId: 'other', identifier: 'ENG-2', state: 'open' } as const];
const held = { status: 'in_progress', claimAt: at(5), leaseUntil: at(5) } as const;

describe('readiness', () => {
  test('makes a feature claimable only where features are claimed, not announced', () => {
    expect(readiness()).toEqual({ ready: true, claimable: true, reason: undefined });
    const announced = readiness({ claimAt: undefined, readyAt: at(-1) }, {}, {}, 'push');
    expect(announced).toEqual({ ready: true, claimable: false, reason: undefined });
  });

  test('a feature with an expired lease is not ready but claimable, and the reason says so', () => {
    expect(readiness(held)).toEqual({ ready: false, claimable: false, reason: 'taken' });
    expect(readiness(expired)).toEqual({ ready: false, claimable: true, reason: 'lease_expired' });
    expect(readiness(expired, {}, {}, 'push')).toMatchObject({ claimable: false, reason: 'taken' });
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
      readiness({ ...ended, status: 'failing' }, { archivedHere: true }, away),
      readiness({ ...ended, ...held, blockers }, { archivedHere: true }, away),
      readiness({ ...ended, ...unread }, { archivedHere: true }, away),
      readiness(unread, { archivedHere: true, linearState: 'completed' }, away),
      readiness(unread, { linearState: 'completed' }, away),
      readiness(unread, { linearState: 'canceled' }, away),
      readiness({ ...unread, heldBySubIssues: true, blockers }, {}, away),
      readiness({ ...unread, heldBySubIssues: true, blockers }),
      readiness({ ...unread, heldBySubIssues: true }),
      readiness({ ...expired, ...unread }),
      readiness(expired),
    ].map(({ reason }) => reason);
    expect(reasons).toEqual([
      'withdrawn',
      'passing',
      'failing',
      'taken',
      'closed_in_linear',
      'project_archived',
      'project_completed',
      'project_canceled',
      'not_connected',
      'blocked',
      'has_open_sub_issues',
      'not_confirmed_yet',
      'lease_expired',
    ]);
    expect(reasons).toEqual(unreadyReasons);
  });

  test('is never that of a blocked feature, even if it was ready, announced or its lease has expired', () => {
    const blocked = { ready: false, claimable: false, reason: 'blocked' };
    expect(readiness({ blockers })).toEqual(blocked);
    expect(readiness({ ...expired, blockers })).toEqual(blocked);
    expect(readiness({ claimAt: undefined, readyAt: at(-1), blockers }, {}, {}, 'push')).toEqual(blocked);
  });

  test('does not depend on blockers that are not open, nor on any with `dependencies: off`', () => {
    const closed = blockers.flatMap((each) => [
      { ...each, state: 'done' } as const,
      { ...each, state: 'dead' } as const,
    ]);
    expect(readiness({ blockers: closed })).toMatchObject({ ready: true, claimable: true });
    const settings = { ...defaultSettings, dependencies: 'off' } as const;
    expect(readiness({ blockers }, {}, { settings })).toMatchObject({ ready: true, claimable: true });
  });

  test('makes a feature claimable from the time in its `claimAt`, with a rank before it or not', () => {
    const ranked = (minutes: number) => readiness({ claimAt: `#0998#${at(minutes)}` });
    expect(ranked(-1)).toMatchObject({ ready: true, claimable: true });
    expect(ranked(1)).toMatchObject({ ready: true, claimable: false });
  });
});
