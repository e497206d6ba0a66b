import { leasesTable } from '../shared/data/schedule/leases.ts';
import type { Report } from '../shared/domain/features/status.ts';
import { derivedId } from '../shared/domain/ids.ts';
import type { SettingsChanges } from '../shared/domain/workspaces/settings.ts';
import { type LinearApi, linearApi } from '../shared/linear/api.ts';
import { dispatch } from '../shared/use-cases/features/dispatch.ts';
import { processFeatures } from '../shared/use-cases/features/process-features.ts';
import { redispatch } from '../shared/use-cases/features/redispatch.ts';
import { reportStatus } from '../shared/use-cases/features/report-status.ts';
import { writeBack } from '../shared/use-cases/features/write-back.ts';
import { reconcile } from '../shared/use-cases/mirror/reconcile.ts';
import { poll, serveDue } from '../shared/use-cases/schedule/poll.ts';
import { runDuties } from '../shared/use-cases/schedule/run-duties.ts';
import { serveWorkspace } from '../shared/use-cases/schedule/serve-workspace.ts';
import { withLinear } from '../shared/use-cases/workspaces/with-linear.ts';
import type { startIngestion } from './ingestion.ts';

type Workspace = Awaited<ReturnType<Awaited<ReturnType<typeof startIngestion>>['connected']>>;
type Issue = {
  id: string;
  state: { id: string; name: string; type: string };
  comments: { nodes: { body: string; createdAt: string }[] };
  attachments: { nodes: { url: string }[] };
};
type Announced = { dispatchId: string; runId: string; feature: { id: string } };

/** Stands around every call a worker makes to Linear and to the tables: may throw, before or after. */
export type Around = <T>(to: 'linear' | 'tables', what: string, call: () => Promise<T>) => Promise<T>;

const wrapped = <O extends object>(object: O, to: 'linear' | 'tables', around: Around): O =>
  new Proxy(object, {
    get(target, key) {
      const member = Reflect.get(target, key);
      if (typeof member !== 'function' || key === 'descriptionOf') return member;
      return (...args: unknown[]) => around(to, String(key), () => member.apply(target, args));
    },
  });

/** The poller in one process, over a workspace of the ingestion harness. Sleeping advances nothing and takes no time. */
export const startPoller = (workspace: Workspace) => {
  const { deps, db, client, accessToken, row } = workspace.parts;
  const { workspaces, features, projects, history, now } = deps;
  const leases = leasesTable(db, 'leases');
  const announced: Announced[] = [];
  const handedOver: unknown[] = [];
  let busTakes = true;
  let commentKey = 'the first key of comment ids';

  /** A container: one cold start, with caches of its own. `sleep` lets the test act while a worker looks for more. */
  const container = (around: Around = (_, __, call) => call(), sleep = async (_ms: number) => {}) => {
    const tables = {
      workspaces: wrapped(workspaces, 'tables', around),
      features: wrapped(features, 'tables', around),
      projects: wrapped(projects, 'tables', around),
      history: wrapped(history, 'tables', around),
    };
    const linear = withLinear({
      tokens: { token: async () => ({ accessToken, version: 1 }) },
      workspaces: tables.workspaces,
      api: (token: string): LinearApi =>
        wrapped(linearApi(client, { accessToken: token, now }), 'linear', around),
      now,
    });
    const bus = {
      put: (_: string, details: readonly object[]) =>
        around('linear', 'putEvents', async () => {
          // As EventBridge: no more than this in one request.
          if (details.length > 10 || Buffer.byteLength(JSON.stringify(details)) > 256_000)
            return details.map(() => false);
          if (busTakes) announced.push(...(details as Announced[]));
          return details.map(() => busTakes);
        }),
    };
    const all = { ...deps, ...tables, linear };
    const serve = serveWorkspace({
      ...all,
      leases: wrapped(leases, 'tables', around),
      processFeatures: processFeatures({
        ...all,
        writeBack: writeBack(all),
        dispatch: dispatch({ ...all, bus }),
      }),
      runDuties: runDuties({
        ...all,
        tokens: { token: async () => ({ accessToken, version: 1 }) },
        reconcile: reconcile(all),
        redispatch: redispatch(all),
        revokeEnded: async () => 0,
        startSync: async () => {},
        log: () => {},
      }),
      log: () => {},
      sleep,
    });
    const rounds = serveDue({ serve, logError: () => {}, now });
    const tick = poll({
      ...all,
      serveDue: rounds,
      startSync: async () => {},
      handOver: async (due) => {
        handedOver.push(due);
      },
    });
    return {
      serve,
      /** Serves the features of these issues, whichever of them are due. */
      serveIssues: (issueIds: readonly string[], how: { stay?: boolean } = {}) =>
        serve(
          workspace.workspaceId,
          issueIds.map((id) => derivedId('feature', id)),
          { deadline: now() + 40_000, ...how },
        ),
      rounds,
      tick: (forMs = 40_000) => tick(now() + forMs),
    };
  };

  const feature = async (issueId: string) => {
    const found = await workspace.feature(issueId);
    if (!found) throw new Error(`There is no feature of ${issueId}.`);
    return found;
  };
  const accept = reportStatus({
    features,
    commentKey: async () => commentKey,
    startWork: async () => {},
    now,
  });
  const report = async (issueId: string, said: Report) =>
    accept(await feature(issueId), said, now() + 900_000);

  const poller = {
    container,
    /** Serves the features of these issues in a new container. */
    serve: (issueIds: readonly string[], around?: Around) => container(around).serveIssues(issueIds),
    leases,
    feature,
    report,
    /** Reports a run, and that it passed. */
    passing: async (issueId: string, runId = 'run-1') => {
      await report(issueId, { status: 'in_progress', runId });
      await report(issueId, { status: 'passing', runId, summary: `Done by ${runId}.` });
    },
    /** What history tells of writing back, newest first. */
    history: async () => {
      const { items } = await history.list(workspace.workspaceId, { limit: 50 });
      return items.filter(({ kind }) => kind === 'write_back');
    },
    /** Serves features until nothing of this workspace is due within an hour, as the schedule would. */
    drain: async () => {
      const { serve } = container();
      for (let round = 0; round < 40; round++) {
        const due = await dueWithin(0);
        await serve(
          workspace.workspaceId,
          due.map(({ id }) => id),
          { deadline: now() + 40_000 },
        );
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
    /** Replaces the key that comment ids are derived with. */
    rotateKey: () => {
      commentKey = `${commentKey} and another`;
    },
    announced,
    handedOver,
    bus: (takes: boolean) => {
      busTakes = takes;
    },
    issue: async (id: string): Promise<Issue> => {
      const { issue } = await workspace.graphql<{ issue: Issue }>(
        `query($id: String!) { issue(id: $id) { id state { id name type }
          comments(first: 100) { nodes { body createdAt } } attachments(first: 50) { nodes { url } } } }`,
        { id },
      );
      return issue;
    },
    move: async (id: string, stateId: string | undefined) => {
      await workspace.graphql(
        'mutation($id: String!, $stateId: String!) { issueUpdate(id: $id, input: { stateId: $stateId }) { success } }',
        { id, stateId },
      );
    },
    /** What a human edits of an issue, in the words of Linear's `IssueUpdateInput`. */
    edit: async (id: string, input: Record<string, unknown>) => {
      await workspace.graphql(
        'mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }',
        { id, input },
      );
    },
    /** Another team than the issues' own, and its states by name. */
    otherTeam: async (): Promise<{ id: string; states: Record<string, string> }> => {
      const { teamId } = await workspace.world();
      type Team = { id: string; states: { nodes: { id: string; name: string }[] } };
      const { teams } = await workspace.graphql<{ teams: { nodes: Team[] } }>(
        '{ teams(first: 10) { nodes { id states(first: 20) { nodes { id name } } } } }',
        {},
      );
      const team = teams.nodes.find(({ id }) => id !== teamId);
      if (!team) throw new Error('There is one team only.');
      return { id: team.id, states: Object.fromEntries(team.states.nodes.map(({ id, name }) => [name, id])) };
    },
    /** Every webhook that was sent is received now. */
    receive: async () => {
      for (const body of workspace.webhooks()) await workspace.deliver(body);
    },
    /** Makes labelled issues, told by webhooks. The workspace's own row asks for nothing from then on. */
    create: async (titles: readonly string[]): Promise<string[]> => {
      await workspaces.lookAgain(await row(), undefined);
      const { teamId, projects, labels } = await workspace.world();
      const ids: string[] = [];
      for (const title of titles) {
        const input = { teamId, title, projectId: projects[0]?.id, labelIds: [labels.omakase] };
        const { issueCreate } = await workspace.graphql<{ issueCreate: { issue: { id: string } } }>(
          'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { issue { id } } }',
          { input },
        );
        ids.push(issueCreate.issue.id);
      }
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
      const { workflowStates } = await workspace.graphql<{
        workflowStates: { nodes: { id: string; name: string }[] };
      }>(
        'query($team: ID!) { workflowStates(filter: { team: { id: { eq: $team } } }) { nodes { id name } } }',
        {
          team: teamId,
        },
      );
      return Object.fromEntries(workflowStates.nodes.map(({ id, name }) => [name, id]));
    },
  };
  return poller;

  async function dueWithin(ms: number) {
    return (await features.due(now() + ms)).filter(
      ({ workspaceId }) => workspaceId === workspace.workspaceId,
    );
  }
};

/** Until the local Linear has sent the webhooks of what was done just now. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 15));
