import { describe, expect, test } from 'vitest';
import { wrongDependencies } from '../../../chaos/checks/check-dependencies.ts';
import { blockedClaims } from '../../../chaos/checks/check-work.ts';
import type { LinearIssue, LinearRelation } from '../../../chaos/checks/linear-state.ts';
import { withAwaited } from '../../../shared/domain/features/awaited.ts';
import {
  featureRow,
  inMinutes,
  issue,
  journalWith,
  linearState,
  NOW,
  place,
  projectRow,
  rowsWith,
  workspaceRow,
} from '../../support/chaos-state.ts';

const blocks = (blocker: string, blocked: string, type = 'blocks'): LinearRelation => ({
  type,
  issue: { id: blocker },
  relatedIssue: { id: blocked },
});
const done = { state: { id: 'done', name: 'Done', type: 'completed' } };
const open = (linearIssueId: string) => ({ linearIssueId, identifier: 'ENG-1', state: 'open' });

/** The row of a feature that an open issue blocks. */
const blockedRow = (blocker: string, changes: object = {}) =>
  featureRow({ blockers: [open(blocker)], blockedIn: 'w', claimAt: undefined, ...changes });
const told = (linearIssueId: string, toldAs = 'open') =>
  featureRow({ id: linearIssueId, linearIssueId, issue: undefined, claimAt: undefined, toldAs });
const dependency = (blocker: string, feature = 'feature', changes: object = {}) => ({
  id: `${blocker}#${feature}`,
  workspaceId: 'w',
  ...changes,
});
const awaiting = (...ids: string[]) => workspaceRow({ awaited: withAwaited(undefined, ids) });

type There = { issues?: LinearIssue[]; relations?: LinearRelation[] };
const found = (linear: There, rows: Parameters<typeof rowsWith>[0] = {}) =>
  wrongDependencies(place, linearState(linear), rowsWith(rows)).map(({ check, about, text }) => [
    check,
    about,
    text,
  ]);

/** An issue `blocker` without the label blocks the feature, and our rows show it. */
const blocker = (changes: Partial<LinearIssue> = {}) =>
  issue({ id: 'blocker', labels: { nodes: [] }, ...changes });
const blocked = { issues: [issue(), blocker()], relations: [blocks('blocker', 'issue')] };
const right = {
  features: [blockedRow('blocker'), told('blocker')],
  dependencies: [dependency('blocker')],
  workspaces: [awaiting('blocker')],
};

describe('dependencies are right if', () => {
  test('a feature that an open issue blocks shows it and cannot be claimed', () => {
    expect(found(blocked, right)).toEqual([]);
    const held = [blockedRow('blocker', { status: 'in_progress' }), told('blocker')];
    expect(found(blocked, { ...right, features: held })).toEqual([]);
  });

  test.each<[string, Partial<LinearIssue>]>([
    ['completed', done],
    ['archived', { archivedAt: inMinutes(-5) }],
    ['in the trash', { trashed: true }],
  ])('a feature is ready whose only blocker is %s', (_, changes) => {
    const linear = { ...blocked, issues: [issue(), blocker(changes)] };
    expect(found(linear, { features: [featureRow(), told('blocker', 'closed')] })).toEqual([]);
  });

  test.each<[string, LinearRelation]>([
    ['of another type', blocks('blocker', 'issue', 'related')],
    ['the other way round', blocks('issue', 'blocker')],
    ['to itself', blocks('issue', 'issue')],
  ])('a feature is ready that has a relation %s', (_, relation) => {
    expect(found({ ...blocked, relations: [relation] })).toEqual([]);
  });

  test('nobody knows the blockers of a feature that is not imported', () => {
    expect(found({ ...blocked, issues: [issue({ project: null }), blocker()] })).toEqual([]);
    expect(found(blocked, { projects: [projectRow({ archivedHere: true })] })).toEqual([]);
  });
});

describe('the check of dependencies finds', () => {
  const wrong = 'dependencies';
  test.each<[string, object, string[]]>([
    [
      'a blocked feature that can be claimed',
      { features: [blockedRow('blocker', { claimAt: inMinutes(-1) }), told('blocker')] },
      ['readiness', 'issue', 'can be claimed, though it is blocked: {blocker}'],
    ],
    [
      'a blocked feature that is announced',
      { features: [blockedRow('blocker', { readyAt: inMinutes(-1) }), told('blocker')] },
      ['readiness', 'issue', 'can be claimed, though it is blocked: {blocker}'],
    ],
    [
      'a blocker that is shown as closed',
      {
        features: [
          blockedRow('blocker', { blockers: [{ ...open('blocker'), state: 'done' }] }),
          told('blocker'),
        ],
      },
      [wrong, 'issue', 'is blocked by {blocker} and shows as its open blockers {}'],
    ],
    [
      'a blocked feature that no reconcile would look at',
      { features: [blockedRow('blocker', { blockedIn: undefined }), told('blocker')] },
      [wrong, 'issue', 'is blocked and not in the index of those'],
    ],
    [
      'a feature that its blocker does not know',
      {
        dependencies: [
          dependency('blocker', 'other'),
          dependency('blocker', 'feature', { workspaceId: 'v' }),
        ],
      },
      [wrong, 'issue', 'is not found by its blocker blocker'],
    ],
    [
      'a feature that its blocker has forgotten',
      { dependencies: [dependency('blocker', 'feature', { droppedAt: inMinutes(-1) })] },
      [wrong, 'issue', 'is not found by its blocker blocker'],
    ],
    [
      'a blocker that webhooks do not know',
      { workspaces: [awaiting('another')] },
      [wrong, 'issue', 'has a blocker that is not awaited: blocker'],
    ],
    [
      'a blocker whose dependents know another state',
      { features: [blockedRow('blocker'), told('blocker', 'closed')] },
      [wrong, 'blocker', 'is open and told its dependents closed'],
    ],
    [
      'a blocker without a row',
      { features: [blockedRow('blocker')] },
      [wrong, 'blocker', 'is open and told its dependents undefined'],
    ],
    [
      'a blocker that is still telling its dependents',
      { features: [blockedRow('blocker'), told('blocker', 'telling')] },
      [wrong, 'blocker', 'still tells its dependents'],
    ],
  ])('%s', (_, changes, finding) => {
    expect(found(blocked, { ...right, ...changes })).toEqual([finding]);
  });

  test('a feature that still shows a blocker that was related', () => {
    expect(found({ ...blocked, relations: [] }, right)).toEqual([
      ['readiness', 'issue', 'is pending and is not ready'],
      [wrong, 'issue', 'is blocked by {} and shows as its open blockers {blocker}'],
    ]);
  });

  test('a feature that nothing blocks, and that nobody can claim', () => {
    const unclaimable = (status: string) =>
      found({}, { features: [featureRow({ status, claimAt: undefined })] });
    expect(unclaimable('pending')).toEqual([['readiness', 'issue', 'is pending and is not ready']]);
    expect(unclaimable('in_progress')).toEqual([
      ['readiness', 'issue', 'is in progress and cannot be claimed when its lease ends'],
    ]);
    expect(unclaimable('passing')).toEqual([]);
  });
});

describe('a circle', () => {
  const linear = {
    issues: [issue(), issue({ id: 'other' })],
    relations: [blocks('issue', 'other'), blocks('other', 'issue')],
  };
  const shows = (...ids: string[]) => ({
    cycle: ids.map((featureId) => ({ featureId, identifier: 'ENG-1' })),
  });
  const rows = (own: object, others: object = shows('g', 'feature')) => ({
    features: [
      blockedRow('other', { toldAs: 'open', ...own }),
      blockedRow('issue', { id: 'g', linearIssueId: 'other', toldAs: 'open', ...others }),
    ],
    dependencies: [dependency('other'), dependency('issue', 'g')],
    workspaces: [awaiting('issue', 'other')],
  });

  test('is shown by each of its members, beginning with itself', () => {
    expect(found(linear, rows(shows('feature', 'g')))).toEqual([]);
    expect(found(linear, rows({}))).toEqual([
      ['dependencies', 'issue', 'is part of a circle and does not say so'],
    ]);
    expect(found(linear, rows(shows('g', 'feature')))).toEqual([
      ['dependencies', 'issue', 'shows a circle that does not exist: {other,issue}'],
    ]);
  });

  test('that is broken must not be shown', () => {
    const broken = { ...linear, relations: [blocks('other', 'issue')] };
    expect(found(broken, rows(shows('feature', 'g'))).map(([, , text]) => text)).toContain(
      'shows a circle that does not exist: {issue,other}',
    );
  });

  test('has only members with the label', () => {
    const unlabelled = { ...linear, issues: [issue(), issue({ id: 'other', labels: { nodes: [] } })] };
    expect(found(unlabelled, rows({}, { issue: undefined }))).toEqual([]);
  });

  test('need not be shown if it leads through a closed project', () => {
    const apart = { ...linear, issues: [issue(), issue({ id: 'other', project: { id: 'closed' } })] };
    expect(found(apart, rows({}))).toEqual([]);
    expect(found(apart, rows(shows('feature', 'g')))).toEqual([]);
  });
});

test('a claim of a feature that was blocked all the time is a finding', () => {
  const claim = (issueId: string, workspace = 0) => ({
    workspace,
    issueId,
    featureId: 'f',
    runId: 'A',
    askedAt: NOW,
    answeredAt: NOW,
    leaseUntil: NOW,
  });
  const workspaces = [{ index: 0, held: ['held'] }];
  const claims = [claim('held'), claim('free'), claim('held', 1)];
  expect(blockedClaims(workspaces, journalWith({ claims }))).toEqual([
    {
      check: 'holders',
      workspace: 0,
      about: 'held',
      text: `was given to A at ${inMinutes(0)}, though an open issue blocked it`,
    },
  ]);
});
