import { setTimeout as sleep } from 'node:timers/promises';
import { featuresTable } from '../../../shared/data/features/features.ts';
import { allRows } from '../../harness/rows.ts';
import { startService } from '../../harness/service.ts';
import { atMost, type Row, shown } from '../../report/row.ts';

/** Linear answers at most 250 issues. */
const ISSUES_A_REQUEST = 250;
/** Features are read twice, because functions may not know for 90 seconds that their blocker is awaited. */
const AWAITED_MS = 2 * 60_000;
const POLL_MS = 100;
/** Longer than a worker waits for more. */
const QUIET_MS = 3_000;
const MOST_TICKS = 10;

type Way = 'a webhook' | 'ticks alone';
type Release = { operations: number; requests: number; ticks: number; seconds: number };

const blockerOf = async ({ graphql }: Awaited<ReturnType<typeof startService>>) => {
  const { issues } = await graphql<{
    issues: { nodes: { id: string; team: { states: { nodes: { id: string; type: string }[] } } }[] };
  }>(
    '{ issues(filter: { title: { eq: "Issue 1" } }) { nodes { id team { states { nodes { id type } } } } } }',
  );
  const [blocker] = issues.nodes;
  const done = blocker?.team.states.nodes.find(({ type }) => type === 'completed');
  if (!blocker || !done) throw new Error('The blocker or its state is missing.');
  return { id: blocker.id, stateId: done.id };
};

/** What our functions do from when an issue is completed until the last of its dependents is released. */
const releaseOf = async (dependents: number, way: Way): Promise<Release> => {
  const blocks = Array.from({ length: dependents }, (_, index) => [1, index + 2]);
  const service = await startService({ issues: dependents + 1, blocks });
  const table = service.table('features');
  const features = featuresTable(service.db, table);
  const blocked = async () =>
    (await allRows(service.db, table)).filter(({ blockedIn }) => blockedIn !== undefined).length;
  try {
    await service.drain();
    await service.human.advanceClock(AWAITED_MS);
    await service.drain();
    if ((await blocked()) !== dependents) throw new Error('Not all dependents are blocked.');

    const { id, stateId } = await blockerOf(service);
    if (way === 'ticks alone') await service.handle('POST', '/_local/webhook', { enabled: false });
    await service.linearRequests();
    service.operations();
    const started = performance.now();
    const spent = { operations: 0, ticks: 0, seconds: 0 };
    const count = () => {
      const seen = service.operations();
      spent.operations += seen.length;
      if (seen.includes('PollerWork UpdateItem features') || seen.includes('PollerTick UpdateItem features'))
        spent.seconds = (performance.now() - started) / 1_000;
      return seen.length;
    };

    await service.graphql(
      'mutation($id: String!, $stateId: String!) { issueUpdate(id: $id, input: { stateId: $stateId }) { success } }',
      { id, stateId },
    );
    if (way === 'a webhook') {
      for (let quietSince = performance.now(); performance.now() - quietSince < QUIET_MS; ) {
        await sleep(POLL_MS);
        if (count() > 0) quietSince = performance.now();
      }
    } else {
      // As if the webhook had come, and could not start a worker.
      await features.makeBlockerDue({ linearIssueId: id, workspaceId: service.workspaceId }, Date.now());
    }

    while ((await blocked()) > 0) {
      if (spent.ticks === MOST_TICKS) throw new Error(`Some are still blocked after ${MOST_TICKS} ticks.`);
      await service.invoke('PollerTick', {});
      spent.ticks += 1;
      count();
    }
    // One request is that of the person who completed the issue.
    return { ...spent, requests: (await service.linearRequests()).length - 1 };
  } finally {
    await service.stop();
  }
};

const rowsOf = async (dependents: number, { way, ticks }: { way: Way; ticks: number }): Promise<Row[]> => {
  const release = await releaseOf(dependents, way);
  const fewest = 1 + Math.ceil(dependents / ISSUES_A_REQUEST);
  return [
    atMost(fewest + 1, {
      what: `Linear requests to release ${dependents.toLocaleString('en')}, by ${way}`,
      measured: release.requests,
      limit: fewest,
    }),
    atMost(2.2, { what: '… operations for each', measured: release.operations / dependents, limit: 2 }),
    atMost(ticks, { what: '… ticks', measured: release.ticks }),
    shown({ what: '… on this machine', measured: release.seconds, unit: ' s' }),
  ];
};

/** The cost of the release of many features that wait for one issue. */
export const releaseCost = async (): Promise<Row[]> => [
  ...(await rowsOf(1_000, { way: 'a webhook', ticks: 0 })),
  ...(await rowsOf(5_000, { way: 'ticks alone', ticks: 2 })),
];
