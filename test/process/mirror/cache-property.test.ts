import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LinearIssueRow } from '../../../shared/data/mirror/linear-issue-row.ts';
import { transact } from '../../../shared/data/transaction.ts';
import { cachedIssueOf } from '../../../shared/domain/mirror/cached-issue.ts';
import type { IssueSnapshot } from '../../../shared/domain/mirror/issue.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { idsBy } from '../../support/in-process/human.ts';
import { settled, startIngestion } from '../../support/in-process/ingestion.ts';

/** `RUNS=1000 npx vitest run --project process test/process/mirror/cache-property.test.ts` for many. */
const RUNS = Number(process.env.RUNS ?? 8);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let ingestion: Awaited<ReturnType<typeof startIngestion>>;
beforeAll(async () => {
  ingestion = await startIngestion();
}, 60_000);
afterAll(() => ingestion?.stop());

type Workspace = Awaited<ReturnType<typeof ingestion.connected>>;

const issue = fc.nat(3);
const on = fc.boolean();
/** What happens in Linear, and that an issue is bound to an item, which uses what was read before the last edit. */
const step = fc.oneof(
  fc.record({ do: fc.constant('create' as const), planned: on, handedOver: on }),
  fc.record({ do: fc.constant('bind' as const), issue }),
  fc.record({
    do: fc.constant('label' as const),
    issue,
    on,
    name: fc.constantFrom('safe:story', 'enabler:compliance', 'omakase', 'web'),
  }),
  fc.record({ do: fc.constant('title' as const), issue, text: fc.constantFrom('A', 'B', 'C') }),
  fc.record({
    do: fc.constant('description' as const),
    issue,
    text: fc.constantFrom('', 'D', 'E'.repeat(9_000)),
  }),
  fc.record({
    do: fc.constant('state' as const),
    issue,
    type: fc.constantFrom('backlog', 'started', 'completed'),
  }),
  fc.record({ do: fc.constant('estimate' as const), issue, points: fc.constantFrom(null, 1, 2) }),
  fc.record({ do: fc.constant('project' as const), issue, project: fc.nat(2) }),
  fc.record({ do: fc.constant('milestone' as const), issue, on }),
  fc.record({ do: fc.constant('team' as const), issue }),
  fc.record({ do: fc.constant('parent' as const), issue, parent: issue }),
  fc.record({
    do: fc.constantFrom('trash' as const, 'archive' as const, 'unarchive' as const, 'purge' as const),
    issue,
  }),
  fc.record({ do: fc.constantFrom('reconcile' as const, 'look' as const, 'reconnect' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
/** What becomes of the webhooks of a step. */
const fate = fc.constantFrom('now', 'now', 'now', 'dropped', 'twice', 'held', 'late');

/** A workspace with labels of plans, a milestone, and what is done in it. */
const startStory = async () => {
  const workspace = await ingestion.connected();
  const { graphql, admin, workspaceId } = workspace;
  const { teamId, projects, states } = await workspace.world();
  const { linearIssues, linear } = workspace.parts.deps;
  const label = (name: string) =>
    graphql('mutation($name: String!) { issueLabelCreate(input: { name: $name }) { success } }', { name });
  for (const name of ['safe:story', 'enabler:compliance']) await label(name);
  const labels = idsBy(await admin.labels(), 'name');
  const { projectMilestoneCreate } = await graphql<{
    projectMilestoneCreate: { projectMilestone: { id: string } };
  }>(
    `mutation($project: String!) { projectMilestoneCreate(input: { name: "Epic", projectId: $project }) {
      projectMilestone { id } } }`,
    { project: projects[0]?.id },
  );
  const milestoneId = projectMilestoneCreate.projectMilestone.id;
  const otherTeamId = (await admin.teams()).find(({ id }) => id !== teamId)?.id;
  const ids: string[] = [];
  const bound = new Set<string>();
  /** What planning read of each issue when it last looked. */
  const seen = new Map<string, IssueSnapshot>();

  const read = async (): Promise<Map<string, IssueSnapshot>> => {
    const { issues } = await linear(workspaceId, (api) => api.issuesAndComments(ids));
    return new Map(issues.items.map((each) => [each.id, each]));
  };
  const onIssue = (mutation: string, id: string) =>
    graphql(`mutation($id: String!) { ${mutation} { success } }`, { id });
  const carryOut = async (what: Step): Promise<unknown> => {
    if (what.do === 'reconcile') return workspace.reconcile();
    if (what.do === 'look') return workspace.drain();
    if (what.do === 'reconnect') {
      const { workspaces, now } = workspace.parts.deps;
      const { linearOrganizationId, linearOrganizationName, appUserId } = await workspace.row();
      await workspace.disconnect();
      return connectWorkspace(
        workspaces,
        { id: workspaceId, now: now() },
        { linearOrganizationId, linearOrganizationName, appUserId },
      );
    }
    if (what.do === 'create') {
      const labelIds = [what.planned && labels['safe:story'], what.handedOver && labels.omakase].filter(
        Boolean,
      );
      const input = { teamId, title: 'A', projectId: projects[0]?.id, labelIds };
      return ids.push(await admin.createIssue(input));
    }
    const id = 'issue' in what && ids[what.issue];
    if (!id) return;
    if (what.do === 'bind') {
      const snapshot = seen.get(id);
      if (!snapshot) return;
      const of = { workspaceId, tenancy: 0, sessionId: 'a-session', itemId: `item-of-${id}` };
      await transact(workspace.parts.db, [linearIssues.bind(snapshot, of, workspace.parts.deps.now())]);
      return bound.add(id);
    }
    switch (what.do) {
      case 'title':
        return admin.edit(id, { title: what.text });
      case 'description':
        return admin.edit(id, { description: what.text });
      case 'state':
        return admin.edit(id, { stateId: states[what.type] });
      case 'estimate':
        return admin.edit(id, { estimate: what.points });
      case 'project':
        return admin.edit(id, { projectId: projects[what.project]?.id ?? null });
      case 'milestone':
        return admin.edit(id, { projectMilestoneId: what.on ? milestoneId : null });
      case 'team':
        return admin.edit(id, { teamId: otherTeamId });
      case 'parent':
        return admin.edit(id, { parentId: ids[what.parent] });
      case 'trash':
        return onIssue('issueDelete(id: $id)', id);
      case 'purge':
        return onIssue('issueDelete(id: $id, permanentlyDelete: true)', id);
      case 'archive':
        return onIssue('issueArchive(id: $id)', id);
      case 'unarchive':
        return onIssue('issueUnarchive(id: $id)', id);
      case 'label':
        return admin.edit(id, { [what.on ? 'addedLabelIds' : 'removedLabelIds']: [labels[what.name]] });
    }
  };
  return {
    workspace,
    bound,
    read,
    look: async () => {
      for (const [id, snapshot] of await read()) seen.set(id, snapshot);
    },
    carryOut,
    rows: () => linearIssues.getMany(workspaceId, ids),
  };
};

/** What a row shows, for comparison with what the same issue shows when it is read. */
const shown = ({ identifier, issue, contentHash }: LinearIssueRow) => ({
  identifier,
  contentHash,
  issue: { ...issue, description: undefined },
});

let steps = 0;
let refused = 0;

test(
  'after any edits and any loss of webhooks, one reconcile makes the cache match Linear',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(step, fate), { minLength: 2, maxLength: 16 }),
        fc.integer(),
        async (told, seed) => {
          const story = await startStory();
          const { workspace } = story;
          workspace.webhooks();
          const held: { body: Parameters<Workspace['deliver']>[0]; ageMs: number }[] = [];
          for (const handedOver of [false, true])
            await story.carryOut({ do: 'create', planned: true, handedOver });
          await story.look();
          for (const which of [0, 1]) await story.carryOut({ do: 'bind', issue: which });
          for (const [what, becomes] of told) {
            steps++;
            // Linear refuses what makes no sense, an edit of what is in the trash for one.
            const wasRefused = await story.carryOut(what).then(
              () => false,
              () => true,
            );
            if (wasRefused) refused++;
            await settled();
            for (const body of workspace.webhooks()) {
              if (becomes === 'now' || becomes === 'twice') await workspace.deliver(body);
              if (becomes === 'twice' || becomes === 'held') held.push({ body, ageMs: 0 });
              if (becomes === 'late') held.push({ body, ageMs: 60 * MINUTE_MS });
            }
            if (what.do !== 'bind') continue;
            await story.look();
          }
          const order = held.map((each, index) => ({
            each,
            at: Math.imul(seed ^ (index + 1), 2_654_435_761),
          }));
          const deliverHeld = async () => {
            for (const { each } of order.toSorted((a, b) => a.at - b.at))
              await workspace.deliver(each.body, each.ageMs);
          };
          await deliverHeld();
          await workspace.reconcile();

          const matches = async () => {
            const there = await story.read();
            for (const row of await story.rows()) {
              const now = there.get(row.linearIssueId);
              if (!now) continue;
              const { identifier, issue, version } = cachedIssueOf(now, workspace.workspaceId);
              const { contentHash } = version;
              expect(shown(row)).toEqual({
                identifier,
                contentHash,
                issue: { ...issue, description: undefined },
              });
              expect(row.absentSince).toBeUndefined();
            }
            return there;
          };
          await matches();
          const after = await story.rows();
          expect(new Set(after.map(({ linearIssueId }) => linearIssueId)), 'no row too many').toEqual(
            story.bound,
          );

          // Replays write nothing, and neither does a reconcile that finds nothing new.
          for (const { each } of order.filter(({ each }) => each.ageMs === 0))
            await workspace.deliver(each.body);
          await workspace.reconcile();
          expect(await story.rows()).toEqual(after);

          // What was purged may have told nobody: it is found within a day.
          for (const ms of [DAY_MS, 11 * MINUTE_MS]) {
            workspace.pass(ms);
            await workspace.reconcile();
          }
          const there = await matches();
          for (const { linearIssueId, issue, isAbsent } of await story.rows())
            if (!there.has(linearIssueId)) expect(isAbsent || issue.archived !== null).toBe(true);
        },
      ),
      // The same stories each time, unless many are asked for.
      process.env.RUNS ? { numRuns: RUNS } : { numRuns: RUNS, seed: 1, endOnFailure: true },
    );
    expect(refused / steps, 'the stories are told').toBeLessThan(0.3);
  },
  120_000 + RUNS * 2_000,
);
