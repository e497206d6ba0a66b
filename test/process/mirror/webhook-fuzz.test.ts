import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDelivery } from '../../../shared/linear/webhook/delivery.ts';
import { webhookExample } from '../../../testing/builders.ts';
import { startIngestion } from '../../support/in-process/ingestion.ts';

const EXAMPLES = [
  '01-issue-create',
  '02-issue-update-label-and-state',
  '03-issue-update-own-write-echo',
  '04-issue-remove',
  '05-project-update',
  '06-comment-create-by-own-app',
  '07-oauthapp-revoked',
  '08-permission-change',
  '09-agent-session-created',
];
const deep = (depth: number): unknown => (depth === 0 ? null : { deeper: deep(depth - 1) });
/** Stands for lists nested so deep that only a parser gets through them: put in as text. */
const NESTED = 'nested 5,000 deep';
const nested = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
const manyOf = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));
const ODD = [
  undefined,
  null,
  '',
  'omakase',
  'x'.repeat(20_000),
  '\u0000',
  '\ud800',
  '__proto__',
  0,
  -1,
  1e308,
  true,
  [],
  [null],
  {},
  { id: 'x', name: 'omakase' },
  [{ id: 'label', name: 'omakase' }],
  'yesterday',
  '2026-11-02T10:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  deep(500),
  NESTED,
  [{ toString: null }],
  [NESTED],
  { toString: null, valueOf: null, length: 3 },
  JSON.parse('{"__proto__":{"id":"x"},"constructor":null}'),
  manyOf(12_000, (index) => `team-${index}`),
  manyOf(240, (index) => ({ id: `label-${index}`, name: 'x'.repeat(900) })),
  manyOf(240, (index) => ({ id: `label-${index}`, name: '🚀'.repeat(40) })),
  'x'.repeat(500_000),
  '🚀'.repeat(6_000),
  '0000-01-01T00:00:00Z',
  '2026-11-02T10:00:00.1234567+14:00',
];

const pathsOf = (value: unknown, path: string[] = []): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, each]) => [[...path, key], ...pathsOf(each, [...path, key])])
    : [];

const put = (body: Record<string, unknown>, [key = '', ...rest]: string[], odd: unknown): void => {
  const inner = body[key];
  if (rest.length === 0 || typeof inner !== 'object' || inner === null) body[key] = odd;
  else put(inner as Record<string, unknown>, rest, odd);
};

let ingestion: Awaited<ReturnType<typeof startIngestion>>;
beforeAll(async () => {
  ingestion = await startIngestion();
}, 60_000);
afterAll(() => ingestion?.stop());

test('no webhook body of a known organization causes an error or an incomplete row', async () => {
  const usual = await ingestion.connected();
  // While a revocation is noted, deliveries only ask for a read: those that say so have a workspace of their own.
  const revoked = await ingestion.connected();
  // By its place in the list, which is shorter to print.
  const change = fc.tuple(fc.nat(), fc.nat({ max: ODD.length - 1 }));
  const outcomes = new Set<string>();
  let formerLabels = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...EXAMPLES),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (name, changes, isLabelled) => {
        const workspace = name === '07-oauthapp-revoked' ? revoked : usual;
        const body: Record<string, unknown> & { data: Record<string, unknown> } = webhookExample(name);
        if (isLabelled && body.data) body.data.labels = [{ id: 'label-omakase', name: 'omakase' }];
        const paths = pathsOf(body);
        for (const [index, which] of changes) put(body, paths[index % paths.length] ?? [], ODD[which]);
        const now = Date.now();
        const sent = { ...body, organizationId: workspace.organizationId, webhookTimestamp: now };
        const createdAt = typeof body.createdAt === 'string' ? new Date(now).toISOString() : body.createdAt;
        const text = JSON.stringify({ ...sent, createdAt }).replaceAll(`"${NESTED}"`, nested);
        const bytes = Buffer.from(text);
        const delivery = readDelivery(bytes, Date.now());
        outcomes.add(delivery === 'unreadable' ? delivery : await workspace.deliver(bytes));

        const { labelIds } = (body.updatedFrom ?? {}) as { labelIds?: unknown };
        if (Array.isArray(labelIds)) formerLabels++;
        const id = body.data?.id;
        const row = typeof id === 'string' ? await workspace.feature(id) : undefined;
        if (row?.projectId)
          expect(row).toMatchObject({ issue: { name: expect.any(String) }, listKey: expect.any(String) });
      },
    ),
    // The same bodies each time, unless many are asked for.
    process.env.RUNS ? { numRuns: Number(process.env.RUNS) } : { numRuns: 400, seed: 1 },
  );
  // Otherwise the oddities never came through.
  expect(formerLabels).toBeGreaterThan(0);
  for (const outcome of ['written', 'unreadable', 'ignored']) expect([...outcomes]).toContain(outcome);
}, 120_000);
