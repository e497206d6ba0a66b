import { expect } from 'vitest';
import { presentItemSummary, treeOf } from '../../../lambdas/api/planning/present.ts';
import { parsePage, readPlan } from '../../../shared/reader/read-page.ts';
import type { startPlanner } from './planner.ts';

export type Planner = Awaited<ReturnType<typeof startPlanner>>;
export type PlannedSession = Awaited<ReturnType<Planner['plan']>>;

/** Everything that people see of a session, without its ids and times: equal for two sessions that went the same way. */
export const seenOf = async (session: PlannedSession) => {
  const [row, items] = [await session.row(), await session.items()];
  const title = new Map(items.map((item) => [item.id, item.title]));
  const { items: entries } = await session.history.list(session.workspace.id, { limit: 100 });
  return {
    session: {
      ...{ status: row.status, progress: row.progress, reason: row.reason?.code, tries: row.tries },
      ...{ readVersion: row.readVersion, outcome: row.found?.outcome, counts: row.found?.counts },
      ...{ isRead: row.reading, run: row.run },
    },
    report: JSON.parse((await session.texts.get(session.id, row.found?.report ?? '')) ?? 'null'),
    items: await Promise.all(
      items.map(async (item) => ({
        ...{ title: item.title, key: item.key, level: item.level, enabler: item.enabler, state: item.state },
        ...{ place: item.place, word: item.word, refusals: item.refusals, quote: item.quote },
        parent: item.parentId && title.get(item.parentId),
        matches: item.matches && title.get(item.matches),
        fields: await session.items_.fieldsOf(item),
      })),
    ),
    history: entries.filter(({ kind }) => kind === 'plan_read').map(({ counts }) => counts),
  };
};

/** Fails unless somebody goes on with the session by itself, or nothing is left to do. */
export const isAlive = async (session: PlannedSession): Promise<boolean> => {
  const { dueAt, reading, run, status } = await session.row();
  const isFinal = reading === undefined && run === undefined && ['completed', 'ended'].includes(status);
  return dueAt !== undefined || isFinal;
};

/** Whether the tree that the API shows has each item once, also while a reading is half stored. */
export const isShownWhole = async (session: PlannedSession): Promise<boolean> => {
  const rows = await session.items();
  const all = await Promise.all(
    rows.map(async (row) => presentItemSummary({ row, fields: await session.items_.fieldsOf(row) })),
  );
  const shown: string[] = [];
  const walk = (nodes: ReturnType<typeof treeOf>): void =>
    nodes.forEach(({ id, children }) => {
      shown.push(id);
      walk(children);
    });
  walk(treeOf(all));
  return JSON.stringify(shown.sort()) === JSON.stringify(rows.map(({ id }) => id).sort());
};

/** What the reader says about the page as it is now, in the words of items. Parents are places in the list. */
const pageNow = async (planner: Planner, session: PlannedSession) => {
  const { pageId, despiteVeto } = await session.row();
  const page = await planner
    .container()
    .withConfluence(session.workspace.id, (api) => api.page(pageId, { withBody: true }));
  const { items } = readPlan(parsePage(page?.storage ?? ''), new Map(), { despiteVeto });
  const placeOf = new Map(items.map(({ ref }, place) => [ref, place]));
  return {
    version: page?.version.number,
    items: items.map(({ title, key, level, enabler, parent, fields: { dependsOn, ...fields } }) => ({
      ...{ title, key: key ?? undefined, level, enabler: enabler ?? undefined, fields },
      parent: parent === null ? undefined : placeOf.get(parent),
      dependsOn: dependsOn?.map((of) => placeOf.get(of) ?? of),
    })),
  };
};

/**
 * Expects the items of a session that is at rest to be what the page says now, each once, in its order and within its
 * parents, and every question about a match to be asked from both sides.
 */
export const expectPage = async (planner: Planner, session: PlannedSession): Promise<void> => {
  const [row, all, page] = [await session.row(), await session.items(), await pageNow(planner, session)];
  const isOnPage = ({ state }: (typeof all)[number]) => state === 'present' || state === 'proposed';
  const shown = all.filter(isOnPage);
  const places = new Map(shown.map(({ id }, place) => [id, place]));
  const items = await Promise.all(
    shown.map(async (item) => {
      const { dependsOn, ...fields } = await session.items_.fieldsOf(item);
      return {
        ...{ title: item.title, key: item.key, level: item.pageLevel, enabler: item.pageEnabler, fields },
        parent: item.parentId && places.get(item.parentId),
        dependsOn: dependsOn?.map((of) => places.get(of.replace(/^item:/, '')) ?? of),
      };
    }),
  );
  expect(items).toEqual(page.items);
  expect(row).toMatchObject({ status: 'completed', readVersion: page.version });
  expect([row.run, row.reading, row.dueAt]).toEqual([undefined, undefined, undefined]);
  expect(shown.map(({ place }) => Number(place))).toEqual(shown.map((_, place) => place));
  const byId = new Map(all.map((item) => [item.id, item]));
  for (const { id, state, matches, parentId } of all) {
    if (parentId !== undefined) expect(byId.has(parentId), 'the parent exists').toBe(true);
    const other = byId.get(matches ?? '');
    const counterpart = { proposed: 'unsure', unsure: 'proposed', present: undefined, missing: undefined }[
      state
    ];
    expect([other?.state, other?.matches]).toEqual([counterpart, counterpart && id]);
  }
  const states = Object.entries(Object.groupBy(all, ({ state }) => state));
  for (const [state, of] of states) expect(row.found?.counts[state]).toBe(of.length);
};
