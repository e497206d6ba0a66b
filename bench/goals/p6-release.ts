import { until } from '../../local/walk/walk-clients.ts';
import { startService } from '../harness/service.ts';
import { atMost, type Row, shown } from '../report/row.ts';

const SIZES = [1_000, 5_000];
/** Linear answers at most 250 issues. */
const ISSUES_A_REQUEST = 250;
const AHEAD_MS = 2 * 60_000;

type Release = { operations: number; requests: number; ticks: number; seconds: number };

/** What the poller does once the issue is completed that blocks `dependents` features. */
const releaseOf = async (dependents: number): Promise<Release> => {
  const blocks = Array.from({ length: dependents }, (_, index) => [1, index + 2]);
  const service = await startService({ issues: dependents + 1, blocks });
  const { graphql, operations, linearRequests } = service;
  try {
    await service.drain();
    // The features are read twice, because functions may not know at first that their blocker is awaited.
    await service.human.advanceClock(AHEAD_MS);
    await service.drain();

    const { issues } = await graphql<{
      issues: { nodes: { id: string; team: { states: { nodes: { id: string; type: string }[] } } }[] };
    }>(
      '{ issues(filter: { title: { eq: "Issue 1" } }) { nodes { id team { states { nodes { id type } } } } } }',
    );
    const [blocker] = issues.nodes;
    const done = blocker?.team.states.nodes.find(({ type }) => type === 'completed');
    if (!blocker || !done) throw new Error('The blocker or its state is missing.');
    operations();
    await graphql(
      'mutation($id: String!, $stateId: String!) { issueUpdate(id: $id, input: { stateId: $stateId }) { success } }',
      { id: blocker.id, stateId: done.id },
    );
    const written: string[] = [];
    // One write makes the blocker due, and one is of the feature that it is.
    await until('the webhook', async () => {
      written.push(...operations().filter((operation) => operation === 'Webhook UpdateItem features'));
      return written.length >= 2 ? written : undefined;
    });

    await linearRequests();
    const spent: Release = { operations: written.length, requests: 0, ticks: 0, seconds: 0 };
    const started = performance.now();
    for (;;) {
      await service.invoke('PollerTick', {});
      const requests = (await linearRequests()).length;
      const seen = operations();
      if (requests === 0) return spent;
      spent.operations += seen.length;
      spent.requests += requests;
      spent.ticks += 1;
      spent.seconds = (performance.now() - started) / 1_000;
      console.log(
        dependents,
        spent,
        Object.fromEntries([...Map.groupBy(seen, (each) => each)].map(([k, v]) => [k, v.length])),
      );
    }
  } finally {
    await service.stop();
  }
};

/** The cost of the release of many features that wait for one issue. */
export const releaseCost = async (): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const dependents of SIZES) {
    const { operations, requests, ticks, seconds } = await releaseOf(dependents);
    const fewest = 1 + Math.ceil(dependents / ISSUES_A_REQUEST);
    rows.push(
      atMost(fewest + 2, {
        what: `Linear requests to release ${dependents.toLocaleString('en')}`,
        measured: requests,
        limit: fewest,
      }),
      atMost(2.2, { what: '… operations for each', measured: operations / dependents, limit: 2 }),
      atMost(2, { what: '… ticks', measured: ticks, limit: 1 }),
      shown({ what: '… on this machine', measured: seconds, unit: ' s' }),
    );
  }
  return rows;
};
