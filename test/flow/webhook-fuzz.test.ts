import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDelivery } from '../../shared/linear/delivery.ts';
import { webhookExample } from '../support/builders.ts';
import { startIngestion } from '../support/ingestion.ts';

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

test('no body of a known organization makes an error or half a row', async () => {
  const workspace = await ingestion.connected();
  const change = fc.tuple(fc.nat(), fc.constantFrom(...ODD));
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...EXAMPLES),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (name, changes, isLabelled) => {
        const body: Record<string, unknown> & { data: Record<string, unknown> } = webhookExample(name);
        if (isLabelled && body.data) body.data.labels = [{ id: 'label-omakase', name: 'omakase' }];
        const paths = pathsOf(body);
        for (const [index, odd] of changes)
          put(body, paths[index % paths.length] ?? [], structuredClone(odd));
        const now = Date.now();
        const sent = { ...body, organizationId: workspace.organizationId, webhookTimestamp: now };
        const createdAt = typeof body.createdAt === 'string' ? new Date(now).toISOString() : body.createdAt;
        const bytes = Buffer.from(JSON.stringify({ ...sent, createdAt }));
        const delivery = readDelivery(bytes, now);
        outcomes.add(delivery === 'unreadable' ? delivery : await workspace.deliver(bytes));

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
  for (const outcome of ['written', 'unreadable', 'ignored']) expect([...outcomes]).toContain(outcome);
}, 120_000);
