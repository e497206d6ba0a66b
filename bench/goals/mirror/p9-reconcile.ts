import type { Item } from '../../../shared/data/client.ts';
import { allRows, atRest, putRows } from '../../harness/rows.ts';
import { startService, TOUCHED } from '../../harness/service.ts';
import { atMost, type Benchmark, exactly } from '../../report/row.ts';

const SIZES = [1_000, 10_000];
const CHANGED = 100;
const PAGE = 100;
/** How many features are blocked in turn, each by one issue, beside the known ones. */
const BLOCKED = [250, 1_000];
const BLOCKED_A_PAGE = 250;

type Reconciled = { requests: number; reads: number; writes: number };
type Costs = { idle: Reconciled; changed: Reconciled; blocked: Reconciled[] };

/**
 * The cost of a reconcile in a workspace with `known` features: with none changed, with some, and with none changed
 * while some are blocked.
 */
const reconcileOf = async (known: number): Promise<Costs> => {
  const service = await startService({ issues: known });
  const table = service.table('features');
  try {
    // No feature is due, so that the tick does nothing but reconcile.
    const rows = (await allRows(service.db, table)).map(atRest);
    if (rows.length < known) throw new Error('The sync brought too few features.');
    await putRows(service.db, table, rows);
    await service.handle('POST', '/_local/webhook', { enabled: false });

    const reconcile = async (change: () => Promise<void>): Promise<Reconciled> => {
      await service.human.advanceClock(6 * 60_000);
      await change();
      await service.linearRequests();
      service.operations();
      await service.invoke('PollerTick', {});
      const requests = await service.linearRequests();
      const seen = service.operations();
      return {
        requests: requests.length,
        reads: seen.filter((operation) => /Get|Query/.test(operation)).length,
        writes: seen.filter((operation) => operation.includes('UpdateItem features')).length,
      };
    };
    // A reconcile reads the newest issue anyway, because of its overlap. So the newest issue is one of the edited ones.
    const isNewest = ({ issue }: Item) => Number(issue?.name === TOUCHED);
    const edited = rows.sort((a, b) => isNewest(b) - isNewest(a)).slice(0, CHANGED);
    const edit = async () => {
      for (const { linearIssueId } of edited)
        await service.graphql(
          'mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }',
          { id: linearIssueId, input: { title: 'Edited' } },
        );
    };
    const nothing = async () => {};
    // The first reconcile also reads what lies in the overlap of the sync's watermark, and makes it due.
    await reconcile(nothing);
    await service.drain();
    const costs = { idle: await reconcile(nothing), changed: await reconcile(edit) };

    const blocked: Reconciled[] = [];
    let seeded = 0;
    for (const count of BLOCKED) {
      const blocks = Array.from({ length: count - seeded }, (_, index) => [1, index + 2]);
      await service.handle('POST', '/_local/seed', { issues: blocks.length + 1, blocks });
      seeded = count;
      // The features are read twice, because functions may not know at first that their blocker is awaited. And what
      // lies in the overlap is read again.
      for (let times = 0; times < 3; times++) {
        await service.human.advanceClock(6 * 60_000);
        await service.drain();
      }
      blocked.push(await reconcile(nothing));
    }
    return { ...costs, blocked };
  } finally {
    await service.stop();
  }
};

/** The cost of a reconcile in a small and in a large workspace. */
export const reconcileCost: Benchmark = async () => {
  const costs: Costs[] = [];
  for (const size of SIZES) costs.push(await reconcileOf(size));
  const [small, large] = costs;
  if (!small || !large) throw new Error('There are two sizes.');
  const all = ({ idle, changed, blocked }: Costs) =>
    [idle, ...blocked].reduce((sum, { requests, reads }) => sum + requests + reads, 0) +
    changed.requests +
    changed.writes;
  return [
    exactly(1, { what: 'requests, none of 10,000 changed', measured: large.idle.requests, limit: 1 }),
    exactly(Math.ceil(CHANGED / PAGE), {
      what: `requests, ${CHANGED} changed`,
      measured: large.changed.requests,
    }),
    exactly(CHANGED, { what: `writes, ${CHANGED} changed`, measured: large.changed.writes }),
    ...BLOCKED.flatMap((count, index) => {
      const { requests = 0, writes = 0 } = large.blocked[index] ?? {};
      const pages = Math.ceil(count / BLOCKED_A_PAGE);
      return [
        exactly(1 + pages, {
          what: `requests, none changed, ${count} blocked`,
          measured: requests,
          limit: 1 + pages,
        }),
        exactly(0, { what: '… writes of features then', measured: writes, limit: 0 }),
      ];
    }),
    atMost(0, {
      what: 'exponent of all that over known issues',
      measured: Math.log(all(large) / all(small)) / Math.log(10),
      limit: 0,
    }),
  ];
};
