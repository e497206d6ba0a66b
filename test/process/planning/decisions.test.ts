import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headings } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import type { Step } from '../../support/planning/steps.ts';

let planner: Awaited<ReturnType<typeof startPlanner>>;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const ME = 'auth0|me';

/** A page without keys, whose story is then reworded so much that only a person knows it is the same. */
const reworded = async () => {
  const story = (title: string) =>
    headings(
      `epic: Billing\nfeature: Invoices\nBenefit: fewer calls\nstory: ${title}\nstory S12: Archive it`,
    );
  const pageId = await planner.newPage(story('Send the invoice to the customer by mail'));
  const session = await planner.plan(pageId);
  const was = await session.item('Send the invoice to the customer by mail');
  await planner.edit(pageId, { storage: story('Send the invoice to the buyer by mail at once') });
  await session.again();
  const is = await session.item('Send the invoice to the buyer by mail at once');
  return { pageId, session, was, is };
};

describe('an item that may be a known one', () => {
  test('is proposed, and the known one is neither written nor missing', async () => {
    const { session, was, is } = await reworded();
    expect(is).toMatchObject({ state: 'proposed', matches: was.id });
    const known = await session.item(was.title);
    expect(known).toMatchObject({ id: was.id, state: 'unsure', matches: is.id });
    const before = await session.items();
    await session.again();
    expect(await session.items()).toEqual(before);
  });

  test.each(['proposed', 'known'])(
    'is the known one once a person confirms it, naming the %s',
    async (which) => {
      const { session, was, is } = await reworded();
      const named = which === 'proposed' ? is.id : was.id;
      const settled = await session.decide(await session.row(), named, { match: 'confirm' }, ME);
      expect(settled).toMatchObject({ id: was.id, title: is.title, state: 'present', wordBy: ME });
      await session.read(session.id);
      expect((await session.seen()).at(2)).toBe(is.title);
      expect((await session.items()).filter(({ id }) => id === is.id)).toEqual([]);
      expect((await session.item(is.title)).id).toBe(was.id);
    },
  );

  test('is a new one once a person refuses it, and stays so at every later reading', async () => {
    const { session, was, is } = await reworded();
    await session.decide(await session.row(), is.id, { match: 'refuse' }, ME);
    await session.again();
    expect(await session.item(is.title)).toMatchObject({ id: is.id, state: 'present' });
    expect(await session.item(was.title)).toMatchObject({ id: was.id, state: 'missing' });
    await session.again();
    expect(await session.seen()).toContain(`${was.title} (missing)`);
  });

  test('leaves the items below it known, also when the editor saves the page', async () => {
    const below = (epic: string) =>
      headings(`epic: ${epic}\nfeature: Invoices\nBenefit: fewer calls\nstory: Archive it for ten years`);
    const pageId = await planner.newPage(below('Billing of all customers'));
    const session = await planner.plan(pageId);
    const ids = async () => (await session.items()).slice(1, 3).map(({ id, state }) => [id, state]);
    const before = await ids();
    await planner.edit(pageId, { storage: below('Billing of all regions') });
    await session.again();
    expect(await session.items()).toMatchObject([{ state: 'proposed' }, {}, {}, { state: 'unsure' }]);
    expect(await ids()).toEqual(before);
    await planner.edit(pageId, { editor: true });
    await session.again();
    expect(await ids()).toEqual(before);
  });

  test('takes no other word before that', async () => {
    const { session, is } = await reworded();
    const word = session.decide(await session.row(), is.id, { ignored: true }, ME);
    await expect(word).rejects.toMatchObject({ kind: 'conflict' });
  });

  test('goes away with the text that proposed it', async () => {
    const { pageId, session, was } = await reworded();
    await planner.edit(pageId, {
      storage: headings(
        `epic: Billing\nfeature: Invoices\nBenefit: fewer calls\nstory: ${was.title}\nstory S12: Archive it`,
      ),
    });
    await session.again();
    expect(await session.seen()).toEqual(['Billing', 'Invoices', was.title, 'Archive it']);
    expect((await session.item(was.title)).id).toBe(was.id);
  });
});

describe("a person's word", () => {
  test('stands at every later reading, whatever the page says', async () => {
    const { pageId, session } = await reworded();
    const item = await session.item('Archive it');
    await session.decide(await session.row(), item.id, { level: 'feature', enabler: 'compliance' }, ME);
    await session.decide(await session.row(), item.id, { ignored: true }, ME);
    await planner.edit(pageId, { replace: [['Archive it', 'Archive it for ten years']] });
    await session.again();
    const after = (await session.items()).find(({ id }) => id === item.id);
    expect(after).toMatchObject({
      level: 'feature',
      enabler: 'compliance',
      pageLevel: 'story',
      word: { level: 'feature', enabler: 'compliance', ignored: true },
    });
  });

  test('is taken back by null', async () => {
    const { session } = await reworded();
    const { id } = await session.item('Archive it');
    await session.decide(await session.row(), id, { level: 'epic', ignored: true }, ME);
    const after = await session.decide(await session.row(), id, { level: null }, ME);
    expect(after).toMatchObject({ level: 'story', word: { ignored: true } });
  });

  test('is not lost when it is said while the page is being stored', async () => {
    const { pageId, session } = await reworded();
    const { id } = await session.item('Archive it');
    await planner.edit(pageId, { replace: [['Archive it', 'Archive it twice']] });
    const word = async () => session.decide(await session.row(), id, { ignored: true }, ME);
    await Promise.all([session.again(), word(), word()]);
    const after = (await session.items()).find((item) => item.id === id);
    expect(after).toMatchObject({ title: 'Archive it twice', word: { ignored: true } });
  });

  /** A worker before whose first operation of this kind something else happens. */
  const onceBefore = (operation: string, act: () => Promise<unknown>) => {
    let acted = false;
    const step: Step = async (what, call) => {
      if (what === operation && !acted) {
        acted = true;
        await act();
      }
      return call();
    };
    return planner.container({ step });
  };

  test('is not lost when it is said after the items were read and before they are stored', async () => {
    const { pageId, session } = await reworded();
    const { id } = await session.item('Archive it');
    await planner.edit(pageId, { replace: [['Archive it', 'Archive it twice']] });
    await session.ask(await session.row());
    const word = async () => session.decide(await session.row(), id, { ignored: true }, ME);
    await onceBefore('TransactWriteItems', word).read(session.id);
    expect(await session.item('Archive it twice')).toMatchObject({ id, word: { ignored: true } });
  });

  test('takes nothing from what another person, or the page, says at the same moment', async () => {
    const { pageId, session } = await reworded();
    const [row, { id }] = [await session.row(), await session.item('Archive it')];
    const other = () => session.decide(row, id, { enabler: 'compliance' }, 'auth0|other');
    await onceBefore('UpdateItem', other).decide(row, id, { ignored: true }, ME);
    await planner.edit(pageId, { replace: [['story S12', 'feature S12']] });
    const after = await onceBefore('UpdateItem', session.again).decide(row, id, { enabler: null }, ME);
    expect(after).toMatchObject({ level: 'feature', pageLevel: 'feature', word: { ignored: true } });
    expect(after.word?.enabler).toBeUndefined();
  });
});
