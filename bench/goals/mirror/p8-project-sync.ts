import { startService } from '../../harness/service.ts';
import { atLeast, atMost, type Benchmark, exactly } from '../../report/row.ts';

/** Two of them exist in the first workspace of the local Linear; the others are seeded. */
const PROJECTS = 5_000;

/** Projects per second of a first sync. It bypasses the counting wire, which would slow it down. */
const rate = async (): Promise<number> => {
  const service = await startService({ projects: PROJECTS - 2 }, { dynamodbEndpoint: undefined });
  const { startedAt, endedAt } = service.synced;
  await service.stop();
  return PROJECTS / ((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
};

/** The cost of a first sync of many projects, and of a later reconcile that finds nothing changed. */
export const projectSync: Benchmark = async () => {
  const perSecond = await rate();
  const service = await startService({ projects: PROJECTS - 2 });
  try {
    const pages = (await service.linearRequests()).filter(({ operation }) => operation === 'Projects');
    const created = service
      .operations()
      .filter((operation) => operation.startsWith('Sync UpdateItem projects'));

    // The first reconcile also reads what lies in the overlap of the sync's watermark; the second finds nothing.
    const reconcile = async () => {
      await service.human.advanceClock(6 * 60_000);
      await service.linearRequests();
      service.operations();
      await service.invoke('PollerTick', {});
      return { requests: await service.linearRequests(), operations: service.operations() };
    };
    await reconcile();
    const idle = await reconcile();
    const ofProjects = idle.operations.filter((operation) => / projects( (?!due)|$)/.test(operation));
    const writes = ofProjects.filter((operation) => operation.includes('UpdateItem'));
    return [
      exactly(PROJECTS / 250, { what: 'requests for 5,000 new projects', measured: pages.length, limit: 20 }),
      exactly(PROJECTS, { what: 'conditional writes', measured: created.length }),
      atLeast(500, { what: 'projects a second', measured: perSecond }),
      atMost(2_500, {
        what: 'complexity of a page',
        measured: Math.max(...pages.map(({ complexity }) => complexity)),
      }),
      exactly(1, { what: 'requests when nothing changed', measured: idle.requests.length, limit: 1 }),
      atMost(2, { what: 'reads of projects then', measured: ofProjects.length - writes.length }),
      exactly(0, { what: 'writes of projects then', measured: writes.length }),
    ];
  } finally {
    await service.stop();
  }
};
