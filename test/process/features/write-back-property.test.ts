import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LinearError } from '../../../shared/linear/errors.ts';
import { settled, startIngestion } from '../../support/in-process/ingestion.ts';
import type { Interceptor } from '../../support/in-process/interceptor.ts';
import { startPoller } from '../../support/in-process/poller.ts';

/** `RUNS=1000 npx vitest run --project process test/process/features/write-back-property.test.ts` for many. */
const RUNS = Number(process.env.RUNS ?? 40);

let ingestion: Awaited<ReturnType<typeof startIngestion>>;
beforeAll(async () => {
  ingestion = await startIngestion();
}, 60_000);
afterAll(() => ingestion?.stop());

/** What befalls one step of a worker: a call to Linear or to the tables. */
const ofLinear = fc.constantFrom(
  'crash before',
  'crash after',
  'timeout before',
  'timeout after',
  'timeout, applied late',
  '5xx',
  'rate limit',
  'expired token',
);
const ofTables = fc.constantFrom('crash before', 'crash after', 'throttle');
type Fault =
  typeof ofLinear extends fc.Arbitrary<infer L>
    ? L | (typeof ofTables extends fc.Arbitrary<infer T> ? T : never)
    : never;
/** The steps of one invocation at which something goes wrong, counted apart for Linear and the tables. */
const plan = fc.record({
  linear: fc.dictionary(fc.nat(3).map(String), ofLinear, { minKeys: 1, maxKeys: 2 }),
  tables: fc.dictionary(fc.nat(30).map(String), ofTables, { maxKeys: 1 }),
});
type Plan = { linear: Record<string, Fault>; tables: Record<string, Fault> };

const FEATURES = 3;
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('report' as const), feature: fc.nat(FEATURES - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('serve' as const),
      plan,
      after: fc.constantFrom(0, 70, 70, 1_200),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 70, 200) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('webhooks' as const) }) },
);

class Crash extends Error {}

/** One invocation that suffers a plan. What was sent and comes too late is left in `late`. */
const suffering = (
  faults: Plan,
  {
    late,
    now,
    struck,
  }: { late: (() => Promise<unknown>)[]; now: () => number; struck: (what: Fault) => void },
): Interceptor => {
  const steps = { linear: 0, tables: 0 };
  let dead = false;
  return async (to, what, call) => {
    // A process that died does nothing more: it releases no lease and settles no row.
    if (dead) throw new Crash('dead');
    const is = faults[to][String(steps[to]++)];
    const unavailable = () => new LinearError({ is: 'unavailable' }, { simulated: is });
    if (is === 'crash before' || is === 'crash after') {
      struck(is);
      if (is === 'crash after') await call();
      dead = true;
      throw new Crash(what);
    }
    if (is === undefined) return call();
    struck(is);
    switch (is) {
      case 'throttle':
        throw Object.assign(new Error('throttled'), { name: 'ProvisionedThroughputExceededException' });
      case 'timeout before':
      case '5xx':
        throw unavailable();
      case 'timeout after':
        await call();
        throw unavailable();
      case 'timeout, applied late':
        if (what === 'mutate') late.push(call);
        throw unavailable();
      case 'rate limit':
        throw new LinearError({ is: 'rate_limited', until: now() + 30_000 }, {});
      case 'expired token':
        throw new LinearError({ is: 'unauthorized' }, {});
    }
  };
};

/** The next thing an orchestrator would say of a feature. */
const nextReport = (status: string, run: number, odd: boolean) => {
  if (status === 'pending') return { status: 'in_progress', run: run + 1 } as const;
  if (status === 'in_progress') return { status: odd ? 'failing' : 'passing', run } as const;
  if (status === 'failing' && odd) return { status: 'pending', run } as const;
  return { status: 'in_progress', run: run + 1 } as const;
};

const strikes = new Map<Fault, number>();

test(
  'posts every outcome once and in order, and the state follows the latest, whichever step fails',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 8, maxLength: 24, size: 'max' }), async (story) => {
        const workspace = await ingestion.connected();
        const poller = startPoller(workspace);
        const { features, now } = workspace.parts.deps;
        const states = await poller.states();
        const ids = await poller.create(Array.from({ length: FEATURES }, (_, index) => `Feature ${index}`));
        const world = ids.map(() => ({ status: 'pending', run: 0, told: [] as string[], says: 0 }));
        const late: (() => Promise<unknown>)[] = [];
        await poller.drain();

        for (const what of story) {
          if (what.do === 'report') {
            const feature = world[what.feature];
            const id = ids[what.feature];
            if (!feature || !id) continue;
            const { status, run } = nextReport(feature.status, feature.run, feature.says % 2 === 0);
            const text = `outcome ${feature.says++} of ${what.feature}`;
            const outcome = status === 'passing' || status === 'failing';
            await poller.report(id, {
              status,
              runId: `run-${run}`,
              ...(outcome ? { summary: text, prUrl: `https://git.example.com/${what.feature}` } : {}),
            });
            Object.assign(feature, { status, run });
            if (outcome) feature.told.push(text);
          } else if (what.do === 'serve') {
            // Past the lease of one that died, or the pause of an outage, or neither.
            workspace.advance(what.after * 1_000);
            const around = suffering(what.plan, {
              late,
              now,
              struck: (is) => strikes.set(is, (strikes.get(is) ?? 0) + 1),
            });
            const due = (await features.due(now())).filter(
              (key) => key.workspaceId === workspace.workspaceId,
            );
            const featureIds = due.map(({ id }) => id);
            await poller
              .container(around)
              .serve(workspace.workspaceId, featureIds, { deadline: now() + 40_000 })
              .catch((error: Error) => {
                if (!(error instanceof Crash) && !/throttled/.test(error.message)) throw error;
              });
          } else if (what.do === 'wait') {
            workspace.advance(what.seconds * 1000);
            // Long after its answer was given up, Linear applies what it was sent.
            for (const call of late.splice(0)) await call().catch(() => {});
            await settled();
          } else {
            await poller.receive();
          }
        }
        for (const call of late.splice(0)) await call().catch(() => {});
        await settled();
        await poller.receive();
        workspace.advance(20 * 60_000);
        await poller.drain();
        await settled();
        await poller.receive();
        await poller.drain();

        for (const [index, id] of ids.entries()) {
          const { status, told } = world[index] ?? { status: '', told: [] };
          const issue = await poller.issue(id);
          const row = await workspace.feature(id);
          // Several may share a millisecond, and then their ids order them.
          const place = new Map(told.map((text, nth) => [text, nth]));
          const comments = issue.comments.nodes
            .map(({ body, createdAt }) => ({ text: /outcome \d+ of \d/.exec(body)?.[0] ?? body, createdAt }))
            .toSorted(
              (a, b) =>
                a.createdAt.localeCompare(b.createdAt) || (place.get(a.text) ?? 0) - (place.get(b.text) ?? 0),
            );
          expect(
            comments.map(({ text }) => text),
            'one comment for each outcome, in order',
          ).toEqual(told);
          expect(issue.attachments.nodes).toHaveLength(told.length > 0 ? 1 : 0);
          expect(row).toMatchObject({ status, owed: {}, writtenSeq: row?.statusSeq });
          expect(row?.dueAt, 'nothing stays due').toBeUndefined();
          expect(row?.failure).toBeUndefined();
          expect(row?.claimAt !== undefined, 'ready').toBe(status === 'pending');
          if (status === 'in_progress') expect(issue.state.type).toBe('started');
          if (status === 'passing') expect(issue.state.id).toBe(states.Done);
          if (status === 'failing') expect(issue.state.id).toBe(states['In Review']);
          if (status === 'pending') expect(issue.state.type).not.toBe('completed');
        }
      }),
      // The same stories each time, unless many are asked for.
      process.env.RUNS
        ? { numRuns: RUNS, endOnFailure: true }
        : { numRuns: RUNS, seed: 1, endOnFailure: true },
    );
    expect(Math.min(...strikes.values()), 'every fault struck').toBeGreaterThan(1);
    expect(strikes.size).toBe(9);
  },
  60_000 + RUNS * 2_000,
);
