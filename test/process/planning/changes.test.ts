import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BILLING, BILLING_TITLES } from '../../support/planning/pages.ts';
import { startPlanner } from '../../support/planning/planner.ts';
import { expectPage, type PlannedSession, type Planner } from '../../support/planning/seen.ts';
import { interrupted } from '../../support/planning/steps.ts';

/** Steps of a reading that are interrupted: every one with `FAULTS=all`, else each fourth. */
const SPARSE = process.env.FAULTS ? 1 : 4;
const MOST_STEPS = 60;
const itemsAPiece = 3;
const DEAD_MS = 2 * 60_000;
const many = { timeout: 60_000 };

let planner: Planner;
beforeAll(async () => {
  planner = await startPlanner();
});
afterAll(() => planner?.stop());

const RUNBOOK = `<h2>Steps</h2><h2>Rollback</h2>${BILLING}`;

/** A session of a page that looks like a runbook, and was read as none. */
const vetoed = async () => planner.plan(await planner.newPage(RUNBOOK));

const settle = async (session: PlannedSession) => {
  for (let tries = 0; tries < 4 && (await session.row()).dueAt; tries++) {
    await planner.advance(DEAD_MS);
    await session.read(session.id);
  }
};

describe('a page with a veto', () => {
  test('is read as a plan once somebody insists, at every later reading too', async () => {
    const session = await vetoed();
    expect([await session.seen(), (await session.row()).found?.outcome]).toEqual([[], 'not_a_plan']);
    expect(await session.change(session, { despiteVeto: true })).toMatchObject({ despiteVeto: true });
    expect(await session.read(session.id)).toEqual(['read']);
    expect(await session.seen()).toEqual(BILLING_TITLES);
    expect(await session.again()).toEqual(['read']);
    expect(await session.seen()).toEqual(BILLING_TITLES);
    await expectPage(planner, session);
  });

  test('keeps its items when the word is taken back, and the session says so', async () => {
    const session = await vetoed();
    await session.change(session, { despiteVeto: true });
    await session.read(session.id);
    await session.change(session, { despiteVeto: false });
    expect(await session.read(session.id)).toEqual(['failed']);
    expect(await session.row()).toMatchObject({
      status: 'failed',
      reason: { code: 'no_plan_any_more', mend: expect.stringContaining('`despiteVeto`') },
    });
    expect(await session.seen()).toEqual(BILLING_TITLES);
    await session.change(session, { despiteVeto: true });
    expect(await session.read(session.id)).toEqual(['read']);
  });

  test('is not read again for what was said already, or for a title', async () => {
    const session = await vetoed();
    await session.change(session, { despiteVeto: false, title: 'Ours' });
    expect((await session.row()).dueAt).toBeUndefined();
    await session.change(session, { despiteVeto: true });
    await session.read(session.id);
    await session.change(session, { despiteVeto: true });
    expect((await session.row()).dueAt).toBeUndefined();
  });

  test('is read once more when somebody takes the word back just as another gave it', async () => {
    const session = await vetoed();
    const { step } = interrupted(1, async () => {
      await session.change(session, { despiteVeto: true });
      await session.read(session.id);
    });
    await planner.container({ step }).change(session, { despiteVeto: false });
    expect(await session.row()).toMatchObject({ despiteVeto: false, asked: true, dueAt: expect.any(String) });
  });

  test('goes on as a plan when its session was ended and is planned again', async () => {
    const session = await vetoed();
    await session.change(session, { despiteVeto: true });
    await session.read(session.id);
    await session.sessions.end(await session.row(), planner.now());
    const { pageId } = await session.row();
    const again = await planner.plan(pageId, session);
    expect([again.id, await again.seen()]).toEqual([session.id, BILLING_TITLES]);
    await expectPage(planner, again);
  });
});

describe('a change of the title and the team', () => {
  const planned = async (teams: string[]) =>
    planner.plan(await planner.newPage(BILLING), await planner.newPlanningWorkspace({ teams }));

  test('is kept, and can be taken back', async () => {
    const session = await planned(['team-1', 'team-2']);
    expect(await session.change(session, { title: 'Q1', teamId: 'team-2' })).toMatchObject({
      title: 'Q1',
      teamId: 'team-2',
    });
    expect(await session.change(session, { teamId: 'team-1' })).toMatchObject({
      title: 'Q1',
      teamId: 'team-1',
    });
    const { title, teamId } = await session.change(session, { title: null, teamId: null });
    expect([title, teamId]).toEqual([undefined, undefined]);
    expect(await session.items()).toHaveLength(BILLING_TITLES.length);
  });

  test('leaves the only team of a project', async () => {
    const session = await planned(['team-1']);
    expect((await session.row()).teamId).toBe('team-1');
    expect(await session.change(session, { teamId: null })).toMatchObject({ teamId: 'team-1' });
  });

  test('is refused for a team of no project or of another, with the teams that would be right', async () => {
    const session = await planned(['team-1', 'team-2']);
    await planner.newProject(session.workspace, ['team-3']);
    const before = await session.row();
    for (const teamId of ['team-3', 'nonsense'])
      await expect(session.change(session, { title: 'Q1', teamId })).rejects.toMatchObject({
        kind: 'invalid_input',
        fields: [{ field: 'teamId', message: expect.stringContaining('team-1, team-2') }],
      });
    expect(await session.row()).toEqual(before);
  });

  test('is refused for an ended session, which stays as it is', async () => {
    const session = await planned(['team-1']);
    await session.sessions.end(await session.row(), planner.now());
    const before = await session.row();
    for (const change of [{ title: 'Q1' }, { teamId: 'team-1' }, { despiteVeto: true }])
      await expect(session.change(session, change)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await session.row()).toEqual(before);
  });

  test('by two people at once keeps what both said', async () => {
    const session = await planned(['team-1', 'team-2']);
    const changes = [{ title: 'Q1' }, { teamId: 'team-2' }, { despiteVeto: true }];
    await Promise.all(changes.map((change) => planner.container().change(session, change)));
    expect(await session.row()).toMatchObject({ title: 'Q1', teamId: 'team-2', despiteVeto: true });
    expect(await session.read(session.id)).toEqual(['read']);
  });

  test('names a team of the project that the session has by then', async () => {
    const session = await planned(['team-1', 'team-2']);
    await session.change(session, { teamId: 'team-1' });
    const elsewhere = await planner.newProject(session.workspace, ['team-3', 'team-4']);
    const { pageId } = await session.row();
    const { step } = interrupted(1, async () => {
      await session.sessions.end(await session.row(), planner.now());
      await planner.plan(pageId, { ...session, projectId: elsewhere }, { isRead: false });
    });
    await expect(planner.container({ step }).change(session, { teamId: 'team-2' })).rejects.toMatchObject({
      fields: [{ field: 'teamId', message: expect.stringContaining('team-3, team-4') }],
    });
    const { projectId, teamId } = await session.row();
    expect([projectId, teamId]).toEqual([elsewhere, undefined]);
  });
});

describe('while a worker reads', () => {
  /** Lets somebody change the session before each step of a reading in turn, until nobody reads any more. */
  const atEveryStep = async (
    begin: () => Promise<PlannedSession>,
    act: (session: PlannedSession) => Promise<unknown>,
    check: (session: PlannedSession) => Promise<unknown>,
  ): Promise<void> => {
    for (let nth = 0; nth < MOST_STEPS; nth += SPARSE) {
      const session = await begin();
      const { step, reached } = interrupted(nth, () => act(session));
      await planner.container({ step, itemsAPiece }).read(session.id);
      if (!reached()) return;
      await settle(session);
      await expectPage(planner, session);
      await check(session);
    }
    throw new Error('The reading has more steps.');
  };

  test('somebody may insist, and the page is read as a plan', many, async () => {
    await atEveryStep(
      async () => {
        const session = await vetoed();
        await session.ask(await session.row());
        return session;
      },
      (session) => session.change(session, { despiteVeto: true, title: 'Ours' }),
      async (session) => {
        expect(await session.row()).toMatchObject({ title: 'Ours', despiteVeto: true });
        expect(await session.seen()).toEqual(BILLING_TITLES);
      },
    );
  });

  test('somebody may insist while the items of an earlier reading are stored', many, async () => {
    const PAYROLL = RUNBOOK.replaceAll('Refund', 'Payroll');
    await atEveryStep(
      async () => {
        const session = await planner.plan(await planner.newPage(BILLING));
        await planner.edit((await session.row()).pageId, { storage: BILLING.replaceAll('invoice', 'bill') });
        await session.ask(await session.row());
        return session;
      },
      async (session) => {
        await planner.edit((await session.row()).pageId, { storage: PAYROLL });
        await session.change(session, { despiteVeto: true });
      },
      async (session) => expect(await session.seen()).toContain('Payroll a card'),
    );
  });
});
