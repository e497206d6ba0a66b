import { afterAll, beforeAll, expect, test } from 'vitest';
import { presentItem, presentItemSummary, treeOf } from '../../../lambdas/api/planning/present.ts';
import { json } from '../../../shared/runtime/http.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import { expectPage, type Planner } from '../../support/planning/seen.ts';

/** The reader's limit is 2,000 (`ITEMS=2000`). */
const ITEMS = Number(process.env.ITEMS ?? 500);
/** What DynamoDB and Lambda really take, of which the embedded engine refuses less. */
const MOST = { row: 400_000, transaction: 4_000_000, answer: 6 * 1024 * 1024 };

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

type Value = Record<string, unknown>;
/** The bytes of a value of DynamoDB, by its rules: names, texts and bytes as they are, 21 for a number, 3 for a list. */
const bytesOf = (value: Value): number => {
  const [type = '', of] = Object.entries(value)[0] ?? [];
  if (type === 'S') return Buffer.byteLength(of as string);
  if (type === 'B') return (of as Uint8Array).length;
  if (type === 'N') return 21;
  if (type === 'L') return 3 + (of as Value[]).reduce((sum, each) => sum + 1 + bytesOf(each), 0);
  if (type === 'M') return 3 + rowBytes(of as Record<string, Value>);
  return 1;
};
const rowBytes = (row: Record<string, Value>): number =>
  Object.entries(row).reduce((sum, [name, value]) => sum + 1 + Buffer.byteLength(name) + bytesOf(value), 0);

/** The largest row and transaction that planning wrote since the last call. */
const largest = (() => {
  let most = { row: 0, transaction: 0, steps: 0 };
  const see = (rows: (Record<string, Value> | undefined)[]) => {
    const sizes = rows.map((row) => rowBytes(row ?? {}));
    most = {
      row: Math.max(most.row, ...sizes),
      transaction: Math.max(
        most.transaction,
        rows.length > 1 ? sizes.reduce((sum, size) => sum + size, 0) : 0,
      ),
      steps: Math.max(most.steps, rows.length),
    };
  };
  return {
    watch: () =>
      planner.tables.db.client.middlewareStack.add(
        (next, { commandName = '' }) =>
          (args) => {
            type Put = { Item?: Record<string, Value>; ExpressionAttributeValues?: Record<string, Value> };
            const { TransactItems, ...put } = args.input as Put & { TransactItems?: Record<string, Put>[] };
            const puts = TransactItems?.map((step) => Object.values(step)[0] ?? {}) ?? [put];
            if (/^(Put|Update|Transact)/.test(commandName))
              see(puts.map(({ Item, ExpressionAttributeValues }) => Item ?? ExpressionAttributeValues));
            return next(args);
          },
        { step: 'initialize', name: 'sizes', override: true },
      ),
    take: () => {
      const taken = most;
      most = { row: 0, transaction: 0, steps: 0 };
      return taken;
    },
  };
})();

const planned = async (storage: string) => {
  largest.watch();
  largest.take();
  const pageId = await planner.newPage(storage);
  const session = await planner.plan(pageId);
  const sent = largest.take();
  expect(sent.row).toBeLessThan(MOST.row);
  expect(sent.transaction).toBeLessThan(MOST.transaction);
  expect(sent.steps).toBeLessThanOrEqual(100);
  return { pageId, session };
};

/** Texts that compress badly. */
const noise = (length: number, seed = 1): string => {
  let text = '';
  for (let at = seed; text.length < length; at = (at * 48_271) % 2_147_483_647) text += `${at.toString(36)} `;
  return text.slice(0, length);
};
const rows = (head: string[], all: string[][]): string => {
  const row = (cell: string) => (cells: string[]) =>
    `<tr>${cells.map((text) => `<${cell}><p>${text}</p></${cell}>`).join('')}</tr>`;
  return `<table><tbody>${row('th')(head)}${all.map(row('td')).join('')}</tbody></table>`;
};

const answerBytes = (body: unknown): number => Buffer.byteLength(JSON.stringify(json(200, body)));

test('a page of many items with a kilobyte each is stored and shown whole', { timeout: 60_000 }, async () => {
  const { session } = await planned(
    rows(
      ['Key', 'Feature', 'Description'],
      Array.from({ length: ITEMS }, (_, at) => [
        `F${at + 7}`,
        `Feature ${noise(40, at + 1)}`,
        noise(1_000, at + 1),
      ]),
    ),
  );
  await expectPage(planner, session);
  const items = await session.items();
  expect(items).toHaveLength(ITEMS);
  const read = await Promise.all(
    items.map(async (row) => ({ row, fields: await session.items_.fieldsOf(row) })),
  );
  expect(answerBytes({ items: treeOf(read.map(presentItemSummary)) })).toBeLessThan(MOST.answer);
});

test('many items that depend on each other in a circle fit', { timeout: 60_000 }, async () => {
  const { session } = await planned(
    rows(
      ['Key', 'Feature', 'Depends on'],
      Array.from({ length: ITEMS }, (_, at) => [
        `F${at + 7}`,
        `Feature ${noise(40, at + 1)}`,
        `F${((at + 1) % ITEMS) + 7}`,
      ]),
    ),
  );
  const warned = (await session.items()).filter(({ warnings }) => warnings.length > 0);
  const text = await session.texts.get(session.id, (await session.row()).found?.report ?? '');
  const all = [...warned.flatMap(({ warnings }) => warnings), ...JSON.parse(text ?? '{}').warnings];
  expect(all.filter(({ code }) => /cycle/.test(code)).length).toBeGreaterThan(0);
  for (const { refs = [] } of all) expect(refs.length).toBeLessThanOrEqual(20);
});

test('titles of 50 kB are cut, and the same page is still the same', { timeout: 60_000 }, async () => {
  const { session } = await planned(
    rows(
      ['Key', 'Feature'],
      Array.from({ length: 10 }, (_, at) => [`F${at + 7}`, `Ä${noise(50_000, at + 1)}`]),
    ),
  );
  const items = await session.items();
  expect(items).toHaveLength(10);
  for (const { title } of items) expect(title.length).toBeLessThanOrEqual(2_000);
  const again = await session.items();
  expect(await session.again()).toEqual(['read']);
  expect(await session.items()).toEqual(again);
});

test('a field of nearly 5 MB is stored whole, and the answer says that it is cut', {
  timeout: 60_000,
}, async () => {
  const long = noise(4_800_000);
  const { session } = await planned(
    `<h1>epic E9: Billing</h1><h2>feature F9: Invoices</h2><p>${long}</p><h3>story S7: Send it</h3>`,
  );
  const row = await session.item('Invoices');
  const fields = await session.items_.fieldsOf(row);
  expect(fields.description?.length).toBeGreaterThan(4_000_000);
  const shown = presentItem({ row, fields });
  expect(shown.cut).toEqual(['description']);
  expect(answerBytes(shown)).toBeLessThan(MOST.answer);
  expect(presentItem({ row, fields: { description: 'short' } }).cut).toBeUndefined();
});

test('20,000 ignored blocks are counted, and as many as fit are listed', { timeout: 60_000 }, async () => {
  const lunch = Array.from({ length: 20_000 }, (_, at) => `<p>Lunch ${at} is at "noon".</p>`).join('');
  const { session } = await planned(
    `<h1>epic E9: Billing</h1><h2>feature F9: Invoices</h2><hr/><h1>Lunch</h1>${lunch}`,
  );
  const { found } = await session.row();
  const report = JSON.parse((await session.texts.get(session.id, found?.report ?? '')) ?? '');
  const { ignored, notListed, coverage } = report;
  expect(answerBytes(report)).toBeLessThan(MOST.answer);
  expect(ignored.length + (notListed?.ignored ?? 0)).toBe(coverage.ignored);
  expect(coverage.blocks).toBeGreaterThan(20_000);
});

test('an answer that cannot be sent is refused in words', () => {
  expect(() => json(200, { text: '"'.repeat(2_500_000) })).toThrow(/larger than 6 MB/);
  expect(json(200, { text: 'a'.repeat(5_000_000) }).statusCode).toBe(200);
});
