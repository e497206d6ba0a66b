import { pollerUseCases } from '../../../shared/composition/poller.ts';
import type { Report } from '../../../shared/domain/features/status.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import type { SettingsChanges } from '../../../shared/domain/workspaces/settings.ts';
import { testBus } from './event-bus.ts';
import { idsBy } from './human.ts';
import { settled } from './ingestion.ts';
import { type Interceptor, intercepted, passThrough } from './interceptor.ts';
import type { ConnectedWorkspace } from './workspace.ts';

/** The poller in one process, over a connected workspace. Sleeping advances nothing and takes no time. */
export const startPoller = (workspace: ConnectedWorkspace) => {
  const { outside, row } = workspace.parts;
  const { workspaces, features, dependencies, projects, history, leases, now } = outside;
  const { workspaceId, admin, api } = workspace;
  const bus = testBus();
  const handedOver: unknown[] = [];

  /** A container: one cold start, with caches of its own. `sleep` lets the test act while a worker looks for more. */
  const container = (intercept: Interceptor = passThrough, sleep = async (_ms: number) => {}) => {
    const { serve, serveDue, poll } = pollerUseCases({
      ...outside,
      workspaces: intercepted(workspaces, 'tables', intercept),
      features: intercepted(features, 'tables', intercept),
      dependencies: intercepted(dependencies, 'tables', intercept),
      projects: intercepted(projects, 'tables', intercept),
      history: intercepted(history, 'tables', intercept),
      leases: intercepted(leases, 'tables', intercept),
      api: (token) => intercepted(outside.api(token), 'linear', intercept),
      bus: {
        put: (type, details) => intercept('linear', 'putEvents', () => bus.put(type, details), [details]),
      },
      sleep,
    });
    const tick = poll(async (due) => void handedOver.push(due));
    return {
      serve,
      /** Serves the features of these issues, whichever of them are due. */
      serveIssues: (issueIds: readonly string[], how: { stay?: boolean } = {}) =>
        serve(
          workspaceId,
          issueIds.map((id) => derivedId('feature', id)),
          { deadline: now() + 40_000, ...how },
        ),
      rounds: serveDue,
      tick: (forMs = 40_000) => tick(now() + forMs),
    };
  };

  const feature = async (issueId: string) => {
    const found = await workspace.feature(issueId);
    if (!found) throw new Error(`There is no feature of ${issueId}.`);
    return found;
  };
  const report = async (issueId: string, said: Report) =>
    api.report(await feature(issueId), said, now() + 900_000);
  const dueWithin = async (ms: number) =>
    (await features.due(now() + ms)).filter((due) => due.workspaceId === workspaceId);

  const poller = {
    ...admin,
    container,
    /** Serves the features of these issues in a new container. */
    serve: (issueIds: readonly string[], intercept?: Interceptor) =>
      container(intercept).serveIssues(issueIds),
    leases,
    feature,
    report,
    /** Reports a run, and that it passed. */
    passing: async (issueId: string, runId = 'run-1') => {
      await report(issueId, { status: 'in_progress', runId });
      await report(issueId, { status: 'passing', runId, summary: `Done by ${runId}.` });
    },
    /** The write-backs in history, newest first. */
    history: async () => {
      const { items } = await history.list(workspaceId, { limit: 50 });
      return items.filter(({ kind }) => kind === 'write_back');
    },
    /** Serves features until nothing of this workspace is due within an hour, as the schedule would. */
    drain: async () => {
      const { serve } = container();
      for (let round = 0; round < 40; round++) {
        const ids = (await dueWithin(0)).map(({ id }) => id);
        await serve(workspaceId, ids, { deadline: now() + 40_000 });
        if ((await dueWithin(3_600_000)).length === 0) return;
        workspace.advance(120_000);
      }
      throw new Error('Something stays due for ever.');
    },
    set: async (changes: SettingsChanges) => {
      const before = await row();
      const settings = { ...before.settings, ...changes } as typeof before.settings;
      await workspaces.saveSettings(before, { settings, sync: undefined }, now());
    },
    rotateKey: workspace.rotateKey,
    announced: bus.announced,
    handedOver,
    /** Whether the event bus accepts events. */
    bus: bus.take,
    /** Another team than the issues' own, and its states by name. */
    otherTeam: async (): Promise<{ id: string; states: Record<string, string> }> => {
      const { teamId } = await workspace.world();
      const team = (await admin.teams()).find(({ id }) => id !== teamId);
      if (!team) throw new Error('There is one team only.');
      return { id: team.id, states: idsBy(team.states.nodes, 'name') };
    },
    /** Delivers every webhook that was sent. */
    receive: async () => {
      for (const body of workspace.webhooks()) await workspace.deliver(body);
    },
    /** Creates labelled issues and delivers their webhooks. The workspace's own row is not due from then on. */
    create: async (titles: readonly string[]): Promise<string[]> => {
      await workspaces.setDue(await row(), undefined);
      const { teamId, projects: ofTeam, labels } = await workspace.world();
      const ids: string[] = [];
      for (const title of titles)
        ids.push(
          await admin.createIssue({
            teamId,
            title,
            projectId: ofTeam[0]?.id,
            labelIds: [labels.omakase],
          }),
        );
      await settled();
      await Promise.all(workspace.webhooks().map((body) => workspace.deliver(body)));
      return ids;
    },
    /** Issues whose features are ready, and nothing of them is due. */
    ready: async (count: number): Promise<string[]> => {
      const ids = await poller.create(Array.from({ length: count }, (_, n) => `Feature ${n}`));
      await poller.drain();
      return ids;
    },
    one: async (): Promise<string> => {
      const [id = ''] = await poller.ready(1);
      return id;
    },
    /** States of the team by name. */
    states: async (): Promise<Record<string, string>> => {
      const { teamId } = await workspace.world();
      return idsBy(await admin.statesOf(teamId), 'name');
    },
  };
  return poller;
};
