import { describe, expect, test } from 'vitest';
import { doubleClaims, wrongWriteBacks } from '../../../chaos/checks/check-work.ts';
import type { LinearIssue, LinearState } from '../../../chaos/checks/linear-state.ts';
import type { Claim, Journal, Reported } from '../../../chaos/journal.ts';
import {
  commentOf,
  featureRow,
  issue,
  journalWith,
  linearState,
  NOW,
  place,
  rowsWith,
} from '../../support/chaos-state.ts';

const claim = (changes: Partial<Claim>): Claim => ({
  workspace: 0,
  featureId: 'feature',
  issueId: 'issue',
  runId: 'A',
  askedAt: 0,
  answeredAt: 10,
  leaseUntil: 1_000,
  ...changes,
});

describe('a claimed feature', () => {
  test.each<[string, Partial<Claim>, Partial<Claim>, number]>([
    ['is held until its lease ends', {}, { answeredAt: 999 }, 1],
    ['is free once its lease has ended', {}, { answeredAt: 1_000 }, 0],
    ['is free once its holder has released it or reported', { overAt: 500 }, { answeredAt: 501 }, 0],
    ['is held until its holder releases it or reports', { overAt: 500 }, { answeredAt: 499 }, 1],
    ['does not block other features', {}, { answeredAt: 20, featureId: 'other' }, 0],
  ])('%s', (_, first, second, found) => {
    expect(doubleClaims({ claims: [claim({ runId: 'B', ...second }), claim(first)] })).toHaveLength(found);
  });

  test('that two runs hold at once is a finding that names both', () => {
    expect(
      doubleClaims({ claims: [claim({}), claim({ runId: 'B', answeredAt: 20, workspace: 3 })] }),
    ).toEqual([
      {
        check: 'holders',
        workspace: 3,
        about: 'issue',
        text: 'was given to B while A held it until 1970-01-01T00:00:01.000Z',
      },
    ]);
  });
});

const report = (runId: string, changes: Partial<Reported> = {}): Reported => ({
  workspace: 0,
  featureId: 'feature',
  issueId: 'issue',
  runId,
  status: 'failing',
  askedAt: NOW,
  acceptedAt: NOW + 10,
  ...changes,
});
const inState = (name: string, type: string) => issue({ state: { id: name, name, type } });
const inReview = inState('In Review', 'started');
const isDone = inState('Done', 'completed');

/** The findings for a failing row whose issue is in review, with these changes. */
const found = (journal: Partial<Journal>, linear: Partial<LinearState> = {}, row: object = {}) =>
  wrongWriteBacks(
    place,
    linearState({ issues: [inReview], ...linear }),
    rowsWith({ features: [featureRow({ status: 'failing', ...row })] }),
    journalWith(journal),
  ).map(({ check, about, text }) => [check, about, text]);
const outcomes = (...texts: string[]) => texts.map((text) => ['outcomes', 'issue', text]);

describe('outcomes', () => {
  const reports = [report('A')];
  const owed = { c: { runId: 'A', status: 'failing' } };
  const failure = 'Linear does not show this issue any more.';

  test('are right if each is in Linear once', () => {
    expect(found({ reports }, { comments: [commentOf({ runId: 'A' })] })).toEqual([]);
  });
  test('are wrong if one is in Linear twice or not at all', () => {
    const comments = [commentOf({ runId: 'A' }), commentOf({ runId: 'A' })];
    expect(found({ reports }, { comments })).toEqual(outcomes('Chaos A failing is in Linear 2 times'));
    expect(found({ reports })).toEqual(outcomes('Chaos A failing is not in Linear'));
  });
  test('are not matched by a comment with another status or of another run', () => {
    const comments = [commentOf({ runId: 'A', status: 'passing' }), commentOf({ runId: 'B' })];
    expect(found({ reports }, { comments })).toEqual(outcomes('Chaos A failing is not in Linear'));
  });
  test('are wrong if one is on another issue', () => {
    const linear = {
      issues: [inReview, issue({ id: 'other' })],
      comments: [commentOf({ runId: 'A', issueId: 'other' })],
    };
    expect(found({ reports }, linear)).toEqual(outcomes('Chaos A failing is on another issue, other'));
  });
  test('of a report that was never answered may be in Linear or not, but not twice', () => {
    const { acceptedAt: _, ...unanswered } = report('A');
    for (const comments of [[], [commentOf({ runId: 'A' })]])
      expect(found({ reports: [unanswered] }, { comments })).toEqual([]);
    const twice = { comments: [commentOf({ runId: 'A' }), commentOf({ runId: 'A' })] };
    expect(found({ reports: [unanswered] }, twice)).toHaveLength(1);
  });
  test('of another workspace are not checked', () => {
    expect(found({ reports: [report('A', { workspace: 1 })] }, {}, { status: 'in_progress' })).toEqual([]);
  });
  test('are wrong if they are in another order than their reports', () => {
    const both = [...reports, report('B', { askedAt: NOW + 20, acceptedAt: NOW + 30 })];
    const right = [commentOf({ runId: 'A', at: 1 }), commentOf({ runId: 'B', at: 2 })];
    const wrong = [commentOf({ runId: 'A', at: 2 }), commentOf({ runId: 'B', at: 1 })];
    expect(found({ reports: both }, { comments: right })).toEqual([]);
    expect(found({ reports: both }, { comments: wrong })).toEqual(
      outcomes('Chaos B failing was written before Chaos A failing'),
    );
    // Reports at the same time, or of different features, have no order.
    for (const apart of [{ askedAt: NOW + 5 }, { askedAt: NOW + 20, featureId: 'other' }])
      expect(found({ reports: [...reports, report('B', apart)] }, { comments: wrong })).toEqual([]);
  });

  test('of passing runs must be linked once, on their own issue', () => {
    const passed = { reports: [report('A', { status: 'passing' })] };
    const comments = [commentOf({ runId: 'A', status: 'passing' })];
    const linked = (...runs: string[]) => ({
      ...isDone,
      attachments: { nodes: runs.map((run) => ({ url: `https://git.example.com/pull/${run}` })) },
    });
    const foundWith = (...issues: LinearIssue[]) =>
      found(passed, { issues, comments }, { status: 'passing' }).map(([, , text]) => text);
    expect(foundWith(linked('A', 'B'))).toEqual([]);
    expect(foundWith(linked('B'))).toEqual(['Chaos A passing is linked 0 times']);
    expect(foundWith(linked('A', 'A'))).toEqual(['Chaos A passing is linked 2 times']);
    expect(foundWith(linked(), { ...linked('A'), id: 'other' })).toEqual([
      'Chaos A passing is linked on another issue, other',
    ]);
  });

  test('are not excused by a failure while Linear shows the issue', () => {
    const gaveUp = `gave up, though Linear shows its issue: ${failure}`;
    expect(found({ reports }, {}, { failure })).toEqual(outcomes('Chaos A failing is not in Linear', gaveUp));
    expect(found({ reports }, { comments: [commentOf({ runId: 'A' })] }, { failure })).toEqual(
      outcomes(gaveUp),
    );
    expect(found({}, {}, { failure })).toEqual(outcomes(gaveUp));
  });
  test('are wrong if one is still owed', () => {
    expect(found({ reports }, { comments: [commentOf({ runId: 'A' })] }, { owed })).toEqual(
      outcomes('still owes 1 outcomes'),
    );
  });
  test('of an issue that is gone must stay owed, with a failure that says why', () => {
    const gone = { issues: [] };
    expect(found({ reports }, gone, { owed, failure })).toEqual([]);
    expect(found({ reports }, gone, { owed })).toEqual(
      outcomes('Chaos A failing cannot be written to Linear, and the row has no failure'),
    );
    expect(found({ reports: [report('A', { featureId: 'lost' })] }, gone)).toEqual(
      outcomes('Chaos A failing cannot be written to Linear, and the row has no failure'),
    );
    // An outcome that was written before went with the issue. Other owed outcomes do not count.
    for (const other of [
      {},
      { c: { runId: 'B', status: 'failing' } },
      { c: { runId: 'A', status: 'passing' } },
    ])
      expect(found({ reports }, gone, { owed: other })).toEqual([]);
  });
});

describe('the state of an issue', () => {
  const states = {
    'In Review': 'started',
    'In Progress': 'started',
    Todo: 'unstarted',
    Done: 'completed',
    Canceled: 'canceled',
  };
  type Named = keyof typeof states;
  const held = { claims: [claim({ askedAt: NOW })] };

  test.each<[string, Named[]]>([
    ['pending', ['In Review', 'In Progress', 'Todo']],
    ['in_progress', ['In Review', 'In Progress']],
    ['passing', ['Done']],
    ['failing', ['In Review']],
  ])('of a feature that is %s must be one of %j', (status, right) => {
    for (const name of Object.keys(states) as Named[])
      expect(found(held, { issues: [inState(name, states[name])] }, { status })).toEqual(
        right.includes(name) ? [] : [['states', 'issue', `is ${status}, and its issue is in ${name}`]],
      );
  });

  const moves = (at: number, state: string, issueId = 'issue') => [{ issueId, askedAt: NOW + at, state }];
  const wrong = [['states', 'issue', 'is failing, and its issue is in Done']];
  const done = { issues: [isDone] };

  test('may be one to which a human has moved it since', () => {
    const todo = { issues: [inState('Todo', 'unstarted')] };
    expect(found({ ...held, moves: moves(5, 'Todo') }, todo)).toEqual([]);
    expect(found({ ...held, moves: moves(-5, 'Todo') }, todo)).toHaveLength(1);
    expect(found({ ...held, moves: moves(5, 'Done') }, done)).toEqual([]);
    expect(found({ ...held, moves: moves(5, 'Done', 'other') }, done)).toEqual(wrong);
  });
  test('may be one in which a human closed it before', () => {
    expect(found({ ...held, moves: moves(-5, 'Done') }, done)).toEqual([]);
    expect(found({ ...held, moves: moves(-5, 'Canceled') }, done)).toEqual(wrong);
  });
  test('must be ours if the human who closed it opened it again', () => {
    expect(found({ ...held, moves: [...moves(-5_000, 'Done'), ...moves(-5, 'Todo')] }, done)).toEqual(wrong);
    // Within a second, either may have come last.
    expect(found({ ...held, moves: [...moves(-500, 'Done'), ...moves(-5, 'Todo')] }, done)).toEqual([]);
  });
  test('must be ours if a human moved it to another state before', () => {
    expect(found({ ...held, moves: moves(-5, 'Todo') }, done)).toEqual(wrong);
  });
  test('is not excused by a failure', () => {
    expect(found(held, done, { failure: 'Refused.' })).toContainEqual(wrong[0]);
  });
  test('must follow a report without a claim', () => {
    expect(found({ reports: [report('A')] }, { ...done, comments: [commentOf({ runId: 'A' })] })).toEqual(
      wrong,
    );
  });
  test('is not checked for a feature that nobody held', () => {
    expect(found({}, done)).toEqual([]);
    expect(found({ claims: [claim({ featureId: 'other' })] }, done)).toEqual([]);
  });
  test('is not checked for features of another workspace', () => {
    expect(found(held, done, { workspaceId: 'v', failure: 'Refused.' })).toEqual([]);
  });
});
