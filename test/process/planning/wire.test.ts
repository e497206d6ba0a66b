import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headings } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import type { Planner } from '../../support/planning/seen.ts';

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const page = (items: number, last = 'Pay an invoice'): string =>
  headings(
    [
      'epic E9: Billing',
      'feature F9: Invoices',
      ...Array.from({ length: items - 3 }, (_, at) => `story S${4 * items - at}: Story number ${at}`),
      `story S7: ${last}`,
    ].join('\n'),
  );

/** What one reading sends: operations on tables by their kind, without those of the lease, and paths of Confluence. */
const sentBy = async (act: () => Promise<unknown>) => {
  planner.tables.operations();
  await planner.control('DELETE', 'requests');
  await act();
  const operations = planner.tables.operations().filter((each) => !each.endsWith(' leases'));
  const { requests } = await planner.control<{ requests: { path: string }[] }>('GET', 'requests');
  return {
    operations: operations.length,
    writes: operations.filter((each) => /^(Put|Update|Delete|Transact)/.test(each)).length,
    transactions: operations.filter((each) => each.startsWith('Transact')).length,
    requests: requests
      .map(({ path }) => path.replace(/\d+/g, '‹id›'))
      .filter((path) => !path.includes('oauth')),
  };
};

const PAGE = expect.stringMatching(/pages\/‹id›/);

describe('what a reading sends', () => {
  test.each([6, 99, 100, 250])(
    'of a new page with %i items: two operations for a hundred of them',
    async (items) => {
      const session = await planner.plan(await planner.newPage(page(items)), undefined, { isRead: false });
      const pieces = Math.ceil(items / 99);
      expect(await sentBy(() => session.read(session.id))).toEqual({
        // Session, begin, site, workspace, items; then the changes, their start, history, report, the end, and the changes
        // deleted.
        operations: 11 + 2 * pieces,
        writes: 7 + pieces,
        transactions: pieces,
        requests: [PAGE],
      });
    },
  );

  test('of an unchanged page: two writes to its session, one request to Confluence', async () => {
    const session = await planner.plan(await planner.newPage(page(250)));
    await session.ask(await session.row());
    const sent = await sentBy(() => session.read(session.id));
    expect(sent).toEqual({ operations: 6, writes: 2, transactions: 0, requests: [PAGE] });
  });

  test('of a page with one change among 250 items: one transaction', async () => {
    const pageId = await planner.newPage(page(250));
    const session = await planner.plan(pageId);
    await planner.edit(pageId, { storage: page(250, 'Pay an invoice at once') });
    await session.ask(await session.row());
    const sent = await sentBy(() => session.read(session.id));
    expect(sent).toEqual({ operations: 12, writes: 7, transactions: 1, requests: [PAGE] });
  });

  test('of a page that mentions people: one request more', async () => {
    const mention = '<p>Owner: <ac:link><ri:user ri:account-id="712020:0000" /></ac:link></p>';
    const session = await planner.plan(await planner.newPage(page(6) + mention), undefined, {
      isRead: false,
    });
    const { requests } = await sentBy(() => session.read(session.id));
    expect(requests).toHaveLength(2);
  });
});
