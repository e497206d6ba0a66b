import { expect, test } from 'vitest';
import type { Owed } from '../../../shared/domain/features/feature.ts';
import type { WorkflowState } from '../../../shared/domain/mirror/workflow-state.ts';
import { isOurComment, planOf } from '../../../shared/use-cases/features/processing/write-back-plan.ts';
import { listedFeature } from '../../support/listed-feature.ts';

const states: WorkflowState[] = [
  { id: 'Started', name: 'Started', type: 'started', position: 1 },
  { id: 'Done', name: 'Done', type: 'completed', position: 2 },
];
const passing = (seq: number, more: Partial<Owed> = {}): Owed =>
  ({ status: 'passing', runId: 'run-1', seq, reportedAt: '2026-01-01T00:00:00.000Z', ...more }) as Owed;

const plan = (
  changes: Record<string, unknown>,
  { posted = [], linked = [] }: { posted?: string[]; linked?: string[] } = {},
) =>
  planOf(listedFeature(changes, 'Started'), {
    states,
    mappedTo: () => ({ is: 'default' }),
    postedComments: new Set(posted),
    links: new Set(linked),
  });
const kinds = ({ mutations }: ReturnType<typeof planOf>) =>
  mutations.map((mutation) => (mutation.kind === 'commentCreate' ? mutation.id : mutation.kind));

const reported = { status: 'passing', statusSeq: 2, runId: 'run-1' };
const prUrl = 'https://github.com/acme/app/pull/1';

test('plans nothing for a feature that Linear knows everything about', () => {
  expect(plan({})).toMatchObject({ mutations: [], posted: [], leftIn: undefined, settledIn: undefined });
});

test('plans the move first, and then each owed comment in the order of the reports', () => {
  const owed = { later: passing(2), earlier: passing(1) };
  const planned = plan({ ...reported, owed });
  expect(kinds(planned)).toEqual(['issueUpdate', 'earlier', 'later']);
  expect(planned).toMatchObject({ posted: ['earlier', 'later'], leftIn: 'Done', settledIn: 'Done' });
});

test('plans no comment that is posted and no link that exists, and still no longer owes them', () => {
  const owed = { first: passing(1, { prUrl }), second: passing(2, { prUrl }) };
  expect(kinds(plan({ ...reported, owed }))).toEqual(['issueUpdate', 'attachmentCreate', 'first', 'second']);
  const planned = plan({ ...reported, owed }, { posted: ['first'], linked: [prUrl] });
  expect(kinds(planned)).toEqual(['issueUpdate', 'second']);
  expect(planned.posted).toEqual(['first', 'second']);
});

test('plans no comment on a lapsed lease once somebody has taken the feature again', () => {
  const leaseUntil = '2026-01-01T00:00:00.000Z';
  const owed = { lapse: { status: 'lapsed', runId: 'run-1', seq: 0, reportedAt: leaseUntil, leaseUntil } };
  const held = { status: 'in_progress', runId: 'run-1', leaseUntil, owed };
  expect(kinds(plan(held))).toEqual(['lapse']);
  const again = plan({ ...held, runId: 'run-2' });
  expect(again).toMatchObject({ mutations: [], posted: ['lapse'] });
});

test.each([
  ['an app user of the workspace', { userId: 'app', issueId: 'issue-1' }, true],
  ['an earlier app user of the workspace', { userId: 'earlier-app', issueId: 'issue-1' }, true],
  ['somebody else', { userId: 'human', issueId: 'issue-1' }, false],
  ['an unknown author', { userId: undefined, issueId: 'issue-1' }, false],
  ['an app user, on another issue', { userId: 'app', issueId: 'issue-2' }, false],
])('decides whether a comment by %s is ours', (_, comment, isOurs) => {
  const workspace = { appUserId: 'app', appUserIds: new Set(['earlier-app']) };
  expect(isOurComment({ id: 'comment-1', ...comment }, workspace, { linearIssueId: 'issue-1' })).toBe(isOurs);
});
