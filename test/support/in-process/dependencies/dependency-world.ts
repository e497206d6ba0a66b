import { derivedId } from '../../../../shared/domain/ids.ts';
import { random } from '../../../../testing/random.ts';
import type { startIngestion } from '../ingestion.ts';
import type { Interceptor } from '../interceptor.ts';
import { startPoller } from '../poller.ts';
import type { Body } from '../webhook-inbox.ts';
import { blocking } from './blocking.ts';
import { compareReadiness } from './compare-readiness.ts';
import { type Kind, newGroup, nextEdit } from './dependency-histories.ts';
import { watchHandOuts } from './hand-outs.ts';

/** Features that runs claim in each round. */
const CLAIMS = 6;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Ingestion = Awaited<ReturnType<typeof startIngestion>>;

/** A workspace of `size` groups of issues, and what happens to all of them at the same time. */
export const startHistories = async (
  { connected, store }: Ingestion,
  { seed, dispatch, size }: { seed: number; dispatch: 'pull' | 'push'; size: number },
) => {
  const draw = random(seed);
  const workspace = await connected();
  const poller = startPoller(workspace);
  const linear = blocking(store, workspace.organizationId);
  const handOuts = watchHandOuts(linear);
  const edits = new Map<Kind, number>();
  let refused = 0;
  const { workspaces, features, projects, now } = workspace.parts.deps;
  const { workspaceId, graphql, api } = workspace;
  await poller.set({ dispatch });

  const { teamId, projects: ofTeam, labels } = await workspace.world();
  const { id: otherTeamId } = await poller.otherTeam();
  const { teamCreate } = await graphql<{ teamCreate: { team: { id: string } } }>(
    'mutation { teamCreate(input: { name: "Secret", key: "SEC", private: true }) { team { id } } }',
    {},
  );
  const places = {
    teamId,
    otherTeamId,
    hiddenTeamId: teamCreate.team.id,
    projectIds: ofTeam.slice(0, 2).map(({ id }) => id),
    labelId: labels.omakase ?? '',
  };
  const compare = compareReadiness(workspace, linear, places.labelId);
  const made = Array.from({ length: size }, (_, nth) => newGroup(seed * 1_000 + nth, places));
  const groups = made.map(({ group }) => group);
  // The first sync reads all of this, so that nobody has to wait for its webhooks.
  const installation = [...store.all('Installation')].find(
    (one) => one.organizationId === workspace.organizationId,
  );
  if (!installation) throw new Error('The app is not installed.');
  store.set('Installation', { ...installation, webhookEnabled: false });
  await graphql(
    'mutation($issues: [IssueCreateInput!]!) { issueBatchCreate(input: { issues: $issues }) { success } }',
    { issues: made.flatMap(({ created }) => created) },
  );

  const sent = async (): Promise<Body[]> => {
    while (linear.isSending()) await new Promise((resolve) => setTimeout(resolve, 2));
    return workspace.webhooks();
  };
  /** Carries out mutations of Linear's, one after another. It stops at one that it refuses, and so they are sent on. */
  const carryOut = async (mutations: readonly string[]): Promise<void> => {
    for (let rest = mutations; rest.length > 0; ) {
      const named = rest.map((mutation, nth) => `m${nth}: ${mutation}`);
      const error = await graphql(`mutation { ${named.join(' ')} }`, {}).then(
        () => undefined,
        ({ message }: Error) => message,
      );
      if (error === undefined) return;
      const at = /"path":\["m(\d+)"/.exec(error)?.[1];
      if (at === undefined) throw new Error(error);
      refused++;
      rest = rest.slice(Number(at) + 1);
    }
  };
  await carryOut(made.flatMap(({ related }) => related));
  store.set('Installation', installation);
  await sent();
  await workspace.sync('full');

  const edit = async (share: number): Promise<void> => {
    const chosen = groups
      .filter(() => draw() < share)
      .flatMap((group) => nextEdit(group, linear, places) ?? []);
    for (const { kind } of chosen) edits.set(kind, (edits.get(kind) ?? 0) + 1);
    await carryOut(chosen.map(({ mutation }) => mutation));
  };

  let held: { body: Body; ageMs: number }[] = [];
  const deliverAll = async (deliveries: typeof held): Promise<void> => {
    const shuffled = deliveries.map((each) => ({ each, at: draw() })).toSorted((a, b) => a.at - b.at);
    for (const { each } of shuffled) await workspace.deliver(each.body, each.ageMs);
  };
  /** Most webhooks arrive, some twice, and out of order; some come later, and some never. */
  const deliverSome = async (): Promise<void> => {
    const arriving: typeof held = [];
    for (const body of await sent()) {
      const fate = draw();
      if (fate < 0.3) continue;
      if (fate < 0.4) held.push({ body, ageMs: draw() < 0.5 ? 0 : HOUR_MS });
      else arriving.push({ body, ageMs: 0 }, ...(fate < 0.5 ? [{ body, ageMs: 0 }] : []));
    }
    await deliverAll(arriving);
  };

  /** Something that happens between two steps of a worker. */
  let between: (() => Promise<void>) | undefined;
  const interrupted: Interceptor = async (to, what, call, args) => {
    const acts = to === 'linear' && between && draw() < 0.5;
    const act = acts ? between : undefined;
    if (act) between = undefined;
    const isBefore = draw() < 0.3;
    if (isBefore) await act?.();
    const answer = await handOuts.watch(to, what, call, args);
    if (!isBefore) await act?.();
    return answer;
  };
  const container = poller.container(interrupted);
  const due = async () =>
    (await features.due(now())).filter((each) => each.workspaceId === workspaceId).map(({ id }) => id);
  const serve = async () => container.serve(workspaceId, await due(), { deadline: now() + 40_000 });
  const tick = async () => {
    await workspaces.makeDue(workspaceId, now());
    await serve();
  };

  /** Serves what is due, without another reconcile. */
  const settle = async (): Promise<void> => {
    await workspaces.setDue(await workspace.row(), undefined);
    for (let times = 0; times < 20 && (await due()).length > 0; times++) {
      await serve();
      await workspaces.setDue(await workspace.row(), undefined);
    }
  };

  const runs: { issueId: string; runId: string }[] = [];
  const take = async (): Promise<void> => {
    const row = await workspace.row();
    for (const projectId of places.projectIds) {
      const project = await projects.get(derivedId('project', projectId));
      for (let times = 0; project && times < CLAIMS / 2; times++) {
        const claimed = await api.claim(row, project);
        if (!claimed) break;
        const issueId = claimed.feature.linearIssueId;
        handOuts.handedOut(issueId, 'claimed');
        runs.push({ issueId, runId: claimed.runId });
      }
    }
  };
  const takeAnnounced = async (): Promise<void> => {
    const announced = poller.announced.splice(0);
    const rows = await features.getMany([...new Set(announced.map(({ feature }) => feature.id))]);
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    for (const { feature, runId } of announced) {
      const row = rowOf.get(feature.id);
      if (!row || draw() < 0.5) continue;
      const begun = await api
        .report(row, { status: 'in_progress', runId }, now() + HOUR_MS)
        .catch((error: Error) => error);
      if (!(begun instanceof Error)) runs.push({ issueId: row.linearIssueId, runId });
    }
  };
  /** Some of the runs that hold a feature end, and some never do. */
  const endRuns = async (): Promise<void> => {
    const rows = await features.getMany([
      ...new Set(runs.map(({ issueId }) => derivedId('feature', issueId))),
    ]);
    const rowOf = new Map(rows.map((row) => [row.linearIssueId, row]));
    for (const { issueId, runId } of runs.splice(0)) {
      const row = rowOf.get(issueId);
      const fate = draw();
      if (!row || fate < 0.1) continue;
      if (fate < 0.3) runs.push({ issueId, runId });
      else if (fate < 0.45) await api.release(row, runId).catch(() => {});
      else
        await api
          .report(
            row,
            { status: fate < 0.9 ? 'passing' : 'failing', runId, summary: 'It ran.' },
            now() + HOUR_MS,
          )
          .catch(() => {});
    }
  };

  return {
    async round(): Promise<void> {
      await edit(0.9);
      await deliverSome();
      if (draw() < 0.5) {
        between = async () => {
          await edit(0.2);
          if (draw() < 0.7) await deliverSome();
        };
      }
      if (draw() < 0.8) await tick();
      if (dispatch === 'pull') await take();
      else await takeAnnounced();
      await endRuns();
    },
    pass: workspace.pass,
    /** A day later, all that is known was read once more. */
    async sweep(): Promise<void> {
      workspace.pass(25 * HOUR_MS);
      do {
        await tick();
        workspace.pass(6 * MINUTE_MS);
      } while ((await workspace.row()).sweep?.cursor !== undefined);
      await settle();
    },
    /** Everything arrives, time goes on, one reconcile reads what changed, and what is due is served. */
    async end(): Promise<void> {
      between = undefined;
      held.push(...(await sent()).map((body) => ({ body, ageMs: 0 })));
      await deliverAll(held);
      held = [];
      // On a busy machine one reconcile may take several ticks.
      do await tick();
      while ((await workspace.row()).reconcile);
      await settle();
    },
    /** What is wrong: what was handed out, and what the API shows. */
    check: async ({ isSwept }: { isSwept: boolean }) => {
      const { wrong, shown } = await compare(groups, { isSwept });
      return { wrong: [...handOuts.wrong, ...wrong], shown: { ...shown, handedOut: handOuts.count() } };
    },
    edits,
    refused: () => refused,
  };
};
