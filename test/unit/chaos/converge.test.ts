import { describe, expect, test } from 'vitest';
import { check } from '../../../chaos/checks/checks.ts';
import { converge } from '../../../chaos/converge.ts';
import type { Journal } from '../../../chaos/journal.ts';
import { tryRelease } from '../../../chaos/try-release.ts';
import type { World } from '../../../chaos/world.ts';
import {
  featureRow,
  inMinutes,
  journalWith,
  linearState,
  NOW,
  place,
  projectRow,
  rowsWith,
  workspaceRow,
} from '../../support/chaos-state.ts';

const report: Journal['reports'][number] = {
  workspace: 0,
  featureId: 'feature',
  issueId: 'issue',
  runId: 'A',
  status: 'failing',
  askedAt: NOW,
  acceptedAt: NOW,
};
const claim = { ...report, answeredAt: NOW, leaseUntil: NOW + 1 };

/** A world whose rows are a function of the minutes since its start. Ticks move its clock. */
const worldOf = (rowsAfter: (minutes: number) => Parameters<typeof rowsWith>[0] = () => ({}), logs = '') => {
  let minutes = 0;
  const seen = { ticks: 0, advancedMs: [] as number[], edits: [] as object[] };
  const now = () => NOW + minutes * 60_000;
  const world = {
    now,
    async advance(ms: number) {
      minutes += ms / 60_000;
      seen.advancedMs.push(ms);
    },
    async rows(table: keyof ReturnType<typeof rowsWith>) {
      const dueAt = `${inMinutes(minutes + 4)}#x`;
      return rowsWith({ workspaces: [workspaceRow({ dueAt })], ...rowsAfter(minutes) })[table];
    },
    workspaces: new Map([
      [
        0,
        {
          ...place,
          held: ['issue'],
          holder: { id: 'holder', teamId: 't' },
          holding: ['relation'],
          stateId: (_: string, state: string) => state,
          graphql: async (query: string, variables: object) => {
            if (query.startsWith('mutation')) seen.edits.push(variables);
            const connection = /\{ (\w+)\(/.exec(query)?.[1] as keyof ReturnType<typeof linearState>;
            return { [connection]: { nodes: linearState()[connection], pageInfo: { hasNextPage: false } } };
          },
        },
      ],
    ]),
    stack: {
      outputs: {},
      logs: () => logs,
      wire: { take: () => [] },
      invoke: async (name: string) => {
        if (name === 'PollerTick') seen.ticks += 1;
      },
    },
  };
  return { world: world as unknown as World, seen };
};

describe('a run', () => {
  test('in which everything is right has no findings', async () => {
    expect(await check(worldOf().world, journalWith())).toEqual([]);
  });

  test('goes through every check', async () => {
    const { world } = worldOf(
      () => ({
        workspaces: [workspaceRow({ connection: 'disconnected' })],
        projects: [projectRow({ name: 'Old' })],
        features: [featureRow({ status: 'in_progress', claimAt: undefined, projectId: 'q' })],
      }),
      'eyJ',
    );
    const journal = journalWith({ claims: [claim, { ...claim, runId: 'B' }], reports: [report] });
    const found = (await check(world, journal)).map(({ check }) => check);
    expect(found.toSorted()).toEqual([
      'due',
      'features',
      'holders',
      'holders',
      'holders',
      'logs',
      'outcomes',
      'projects',
      'readiness',
      'states',
    ]);
  });
});

const wrong = { projects: [projectRow({ name: 'Old' })] };

describe('when the faults are over', () => {
  test('a state that becomes right and stays right for hours passes', async () => {
    const { world, seen } = worldOf((minutes) => (minutes < 2 ? wrong : {}));
    expect(await converge(world, journalWith(), 0)).toEqual({ ticks: 2, findings: [], isLater: true });
    expect(seen.ticks).toBe(5);
    expect(seen.advancedMs.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(8 * 3_600_000);
  });

  test('a state that is still wrong after three periods fails', async () => {
    const { world } = worldOf((minutes) => (minutes < 16 ? wrong : {}));
    const converged = await converge(world, journalWith(), 0);
    expect(converged).toMatchObject({ ticks: 15, findings: [{ check: 'projects' }], isLater: false });
  });

  test('a state that is wrong again hours later fails', async () => {
    const { world } = worldOf((minutes) => (minutes > 60 ? wrong : {}));
    const converged = await converge(world, journalWith(), 0);
    expect(converged).toMatchObject({ ticks: 1, findings: [{ check: 'projects' }], isLater: true });
  });

  test('the run waits for a paused workspace', async () => {
    const pausedUntil = inMinutes(18);
    const { world } = worldOf((minutes) =>
      minutes < 19 ? { ...wrong, workspaces: [workspaceRow({ pausedUntil })] } : {},
    );
    expect(await converge(world, journalWith(), 0)).toMatchObject({ ticks: 1, findings: [] });
  });
});

describe('in the end, what blocks features', () => {
  const to = (stateId: string) => ({ id: 'holder', input: { stateId } });

  test('is closed, reopened and no longer related, and each time all becomes right', async () => {
    const { world, seen } = worldOf();
    expect(await tryRelease(world, journalWith(), 0)).toEqual([]);
    expect(seen.edits).toEqual([to('Done'), to('Todo'), { id: 'relation' }]);
    expect(seen.ticks).toBe(3);
  });

  test('must release them before a reconcile finds it', async () => {
    const { world, seen } = worldOf(() => wrong);
    expect(await tryRelease(world, journalWith(), 0)).toMatchObject([{ check: 'projects' }]);
    expect(seen.edits).toEqual([to('Done')]);
    expect(seen.advancedMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(60_000);
  });

  test('may block them until the next reconcile if the relation is gone', async () => {
    const { world } = worldOf((minutes) => (minutes < 1 || minutes > 6 ? {} : wrong));
    expect(await tryRelease(world, journalWith(), 0)).toEqual([]);
  });
});
