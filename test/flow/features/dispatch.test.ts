import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimPartition, priorities } from '../../../shared/domain/features/feature.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { FORGOTTEN_AFTER_MS } from '../../../shared/domain/mirror/sync.ts';
import { claim } from '../../../shared/use-cases/features/claim.ts';
import { archiveProject } from '../../../shared/use-cases/mirror/archive-project.ts';
import { settled, startIngestion } from '../../support/in-process/ingestion.ts';
import { type Interceptor, passThrough } from '../../support/in-process/interceptor.ts';
import { startPoller } from '../../support/in-process/poller.ts';

let ingestion: Awaited<ReturnType<typeof startIngestion>>;
let workspace: Awaited<ReturnType<typeof ingestion.connected>>;
let poller: ReturnType<typeof startPoller>;
beforeAll(async () => {
  ingestion = await startIngestion();
}, 60_000);
afterAll(() => ingestion?.stop());
beforeEach(async () => {
  await connect();
});
/** A workspace without any labelled issue. */
const connect = async () => {
  workspace = await ingestion.connected();
  poller = startPoller(workspace);
  const { labels } = await workspace.world();
  const { issues } = await workspace.graphql<{ issues: { nodes: { id: string }[] } }>(
    'query($label: ID!) { issues(filter: { labels: { some: { id: { eq: $label } } } }) { nodes { id } } }',
    { label: labels.omakase },
  );
  for (const { id } of issues.nodes)
    await workspace.graphql(
      'mutation($id: String!, $label: String!) { issueRemoveLabel(id: $id, labelId: $label) { success } }',
      { id, label: labels.omakase },
    );
  await settled();
  await poller.receive();
  await poller.drain();
};

const TIMEOUT_MS = 15 * 60_000;
const row = (issueId: string) => poller.feature(issueId);
/** What is due of the workspace, once: its own row too. */
const tick = async (around?: Interceptor) => {
  const { workspaces, features, now } = workspace.parts.deps;
  await workspaces.makeDue(workspace.workspaceId, now());
  const due = (await features.due(now())).filter(({ workspaceId }) => workspaceId === workspace.workspaceId);
  return poller.container(around).serve(
    workspace.workspaceId,
    due.map(({ id }) => id),
    { deadline: now() + 40_000 },
  );
};
const dispatchIds = () => poller.announced.map(({ dispatchId }) => dispatchId);
const claimNext = async () => {
  const { features, projects, now } = workspace.parts.deps;
  const current = await workspace.parts.row();
  const { projectId } = await row(ids[0] ?? '');
  const project = await projects.get(projectId ?? '');
  if (!project) throw new Error('There is no project.');
  return claim({ features, startWork: async () => {}, now })(current, project).catch((error: Error) => error);
};
let ids: string[];

describe('a workspace that pushes', () => {
  beforeEach(async () => {
    await poller.set({ dispatch: 'push' });
    ids = await poller.create(['One']);
  });
  const [idOf, first] = [() => ids[0] ?? '', () => derivedId('feature', ids[0] ?? '')];

  test('announces a ready feature with everything a run needs and no secret', async () => {
    await tick();
    const [event] = poller.announced as unknown as Record<string, Record<string, unknown>>[];
    const { issue } = await row(idOf());
    expect(event).toEqual({
      dispatchId: `${first()}:1`,
      runId: expect.stringMatching(/^[0-9A-Z]{26}$/),
      readyAt: expect.any(String),
      workspace: { id: workspace.workspaceId, linearOrganizationId: workspace.organizationId },
      project: { id: expect.any(String) },
      feature: { id: first(), name: 'One', priority: 3, category: '' },
      issue: expect.objectContaining({
        id: idOf(),
        identifier: issue?.identifier,
        url: issue?.url,
        state: issue?.state,
        labels: [expect.objectContaining({ name: 'omakase' })],
      }),
    });
    expect(JSON.stringify(event)).not.toMatch(/sealed|token|lin_/i);
  });

  test('announces a feature once, however often it is processed', async () => {
    for (let n = 0; n < 3; n++) {
      await tick();
      await workspace.parts.deps.features.makeDue(await row(idOf()), workspace.parts.deps.now());
    }
    expect(dispatchIds()).toEqual([`${first()}:1`]);
    expect(await row(idOf())).toMatchObject({ readySeq: 1, announcedSeq: 1 });
  });

  test('announces a feature again under a new id only after nobody took it in time', async () => {
    await tick();
    workspace.advance(TIMEOUT_MS - 60_000);
    await tick();
    expect(dispatchIds()).toHaveLength(1);
    workspace.advance(61_000);
    await tick();
    expect(dispatchIds()).toEqual([`${first()}:1`, `${first()}:2`]);
    expect(new Set(poller.announced.map(({ runId }) => runId)).size).toBe(2);
  });

  test('lets a setting decide how long a feature may wait to be taken', async () => {
    await poller.set({ dispatchMinutes: 1 });
    await tick();
    workspace.advance(61_000);
    await tick();
    expect(dispatchIds()).toHaveLength(2);
  });

  test('does not announce a feature that was taken until it is pending again', async () => {
    await tick();
    const [{ runId } = { runId: '' }] = poller.announced;
    await poller.report(idOf(), { status: 'in_progress', runId });
    workspace.advance(2 * TIMEOUT_MS);
    await tick();
    expect(dispatchIds()).toHaveLength(1);
    await poller.report(idOf(), { status: 'failing', runId, error: 'It broke.' });
    await poller.report(idOf(), { status: 'pending', runId });
    await tick();
    expect(dispatchIds()).toEqual([`${first()}:1`, `${first()}:2`]);
    expect((await poller.issue(idOf())).comments.nodes).toHaveLength(1);
  });

  test('does not announce a withdrawn feature again until it qualifies again', async () => {
    await tick();
    const { labels } = await workspace.world();
    const relabel = async (input: object) => {
      await workspace.graphql(
        'mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }',
        { id: idOf(), input },
      );
      await settled();
      await poller.receive();
      await tick();
    };
    await relabel({ removedLabelIds: [labels.omakase] });
    workspace.advance(2 * TIMEOUT_MS);
    await tick();
    expect(dispatchIds()).toHaveLength(1);
    await relabel({ addedLabelIds: [labels.omakase] });
    expect(dispatchIds()).toHaveLength(2);
  });

  test('announces a feature at least once and under one id, whatever step crashes', async () => {
    for (const [crash, when] of [
      ['settle', 'after'],
      ['putEvents', 'before'],
      ['putEvents', 'after'],
      ['announced', 'before'],
      ['announced', 'after'],
    ]) {
      await connect();
      await poller.set({ dispatch: 'push' });
      ids = await poller.create(['One']);
      await tick(async (_, what, call) => {
        if (what !== crash) return call();
        if (when === 'after') await call();
        throw new Error('crash');
      }).catch(() => {});
      workspace.advance(120_000);
      await tick();
      expect(new Set(dispatchIds()), `${crash} ${when}`).toEqual(new Set([`${first()}:1`]));
      expect(await row(idOf())).toMatchObject({ readySeq: 1, announcedSeq: 1 });
    }
  });

  test('keeps a feature due that the bus did not take, and announces it later', async () => {
    poller.bus(false);
    await tick();
    expect(await row(idOf())).toMatchObject({ readySeq: 1, announcedSeq: 0 });
    workspace.advance(61_000);
    await tick();
    poller.bus(true);
    workspace.advance(61_000);
    await tick();
    expect(dispatchIds()).toEqual([`${first()}:1`]);
  });

  describe('with an archived project', () => {
    let project: Awaited<ReturnType<typeof archivable>>;
    const archivable = async () => {
      const { projects, workspaces, now } = workspace.parts.deps;
      const { id, linearProjectId } = (await projects.get((await row(idOf())).projectId ?? '')) ?? {};
      if (!id || !linearProjectId) throw new Error('There is no project.');
      const archive = archiveProject({ workspaces, projects, now });
      return {
        linearProjectId,
        make: async (status: 'active' | 'archived') => {
          const current = await projects.get(id);
          if (current) await archive(current, status);
        },
        /** The import that its being active again asks for, once no function remembers it as archived. */
        import: async () => {
          workspace.advance(FORGOTTEN_AFTER_MS);
          await workspace.runSync(id);
        },
      };
    };
    beforeEach(async () => {
      project = await archivable();
    });

    test('announces and processes none of its features until the project is restored', async () => {
      await project.make('archived');
      await tick();
      expect(await row(idOf())).toMatchObject({ readySeq: 1, announcedSeq: 0 });
      workspace.advance(FORGOTTEN_AFTER_MS);
      await workspace.sync('full');
      expect((await row(idOf())).dueAt).toBeUndefined();
      await project.make('active');
      await project.import();
      await tick();
      expect(dispatchIds()).toEqual([`${first()}:1`]);
    });

    test('does not announce again what was announced before and not taken', async () => {
      await tick();
      await project.make('archived');
      workspace.advance(TIMEOUT_MS + 1_000);
      await tick();
      expect((await row(idOf())).dueAt).toBeUndefined();
      await project.make('active');
      await project.import();
      await tick();
      expect(dispatchIds()).toEqual([`${first()}:1`, `${first()}:2`]);
    });

    test('announces its features after the project is restored in Linear', async () => {
      const inLinear = async (mutation: 'projectArchive' | 'projectUnarchive') => {
        await workspace.graphql(`mutation($id: String!) { ${mutation}(id: $id) { success } }`, {
          id: project.linearProjectId,
        });
        await settled();
        await poller.receive();
      };
      await inLinear('projectArchive');
      await tick();
      expect((await row(idOf())).dueAt).toBeUndefined();
      await inLinear('projectUnarchive');
      await project.import();
      await tick();
      expect(dispatchIds()).toEqual([`${first()}:1`]);
    });

    test('announces none of its features while the project is completed in Linear', async () => {
      const { projectStatuses } = await workspace.graphql<{
        projectStatuses: { nodes: { id: string; type: string }[] };
      }>('{ projectStatuses { nodes { id type } } }', {});
      const setStatus = async (type: string) => {
        const statusId = projectStatuses.nodes.find((status) => status.type === type)?.id;
        await workspace.graphql(
          'mutation($id: String!, $statusId: String!) { projectUpdate(id: $id, input: { statusId: $statusId }) { success } }',
          { id: project.linearProjectId, statusId },
        );
        await settled();
        await poller.receive();
      };
      await setStatus('completed');
      await tick();
      expect(dispatchIds()).toEqual([]);
      expect((await row(idOf())).dueAt).toBeUndefined();
      await setStatus('started');
      await project.import();
      await tick();
      expect(dispatchIds()).toEqual([`${first()}:1`]);
    });

    test('offers its features for claims if the workspace pulls by the time the project is restored', async () => {
      await project.make('archived');
      await tick();
      await poller.set({ dispatch: 'pull' });
      await project.make('active');
      await project.import();
      await tick();
      expect(await claimNext()).toMatchObject({ feature: { status: 'in_progress' } });
      expect(dispatchIds()).toEqual([]);
    });

    test('still processes a feature if somebody asked for it meanwhile', async () => {
      await project.make('archived');
      const { features, now } = workspace.parts.deps;
      await tick(async (_, what, call) => {
        const answer = await call();
        if (what === 'settle') {
          workspace.advance(120_000);
          const { linearIssueId, workspaceId, id, linearUpdatedAt = '' } = await row(idOf());
          const version = { linearUpdatedAt, seenAt: new Date(now()).toISOString(), contentHash: 'other' };
          await features.hint({ id, workspaceId, linearIssueId, version }, now());
        }
        return answer;
      });
      expect((await row(idOf())).dueAt).toBeDefined();
      await tick();
      expect((await row(idOf())).dueAt).toBeUndefined();
    });
  });

  test('announces nothing while it is disconnected', async () => {
    const { workspaces, now } = workspace.parts.deps;
    await workspaces.disconnect(workspace.workspaceId, undefined, now());
    await tick();
    expect(dispatchIds()).toEqual([]);
    expect((await row(idOf())).dueIn).toContain('parked');
  });

  test('refuses claims of announced features', async () => {
    await tick();
    const { features, now } = workspace.parts.deps;
    const { projectId = '' } = await row(idOf());
    for (const priority of priorities)
      expect(
        (
          await features.claimable(claimPartition(projectId, priority), {
            now: now() + TIMEOUT_MS,
            limit: 10,
          })
        ).items,
      ).toEqual([]);
  });

  test('announces each feature once when they need several requests to EventBridge', async () => {
    ids = [...ids, ...(await poller.create(Array.from({ length: 24 }, (_, n) => `More ${n}`)))];
    await tick();
    expect(new Set(dispatchIds()).size).toBe(25);
    expect(dispatchIds()).toHaveLength(25);
  });
});

test('splits large events over several requests, and leaves out the labels of an issue that has too many', async () => {
  await poller.set({ dispatch: 'push' });
  ids = await poller.create(Array.from({ length: 12 }, (_, n) => `${n} ${'語'.repeat(4_900)}`));
  const { teamId } = await workspace.world();
  const labelIds: string[] = [];
  for (let n = 0; n < 21; n++) {
    const input = { teamId, name: `${n} ${'語'.repeat(900)}` };
    const { issueLabelCreate } = await workspace.graphql<{
      issueLabelCreate: { issueLabel: { id: string } };
    }>('mutation($input: IssueLabelCreateInput!) { issueLabelCreate(input: $input) { issueLabel { id } } }', {
      input,
    });
    labelIds.push(issueLabelCreate.issueLabel.id);
  }
  await workspace.graphql(
    'mutation($id: String!, $addedLabelIds: [String!]) { issueUpdate(id: $id, input: { addedLabelIds: $addedLabelIds }) { success } }',
    { id: ids[0], addedLabelIds: labelIds },
  );
  await tick();
  expect(new Set(dispatchIds()).size).toBe(12);
  const labelled = poller.announced.find(({ feature }) => feature.id === derivedId('feature', ids[0] ?? ''));
  expect(labelled).toMatchObject({ issue: { labels: [] } });
});

describe('a changed setting', () => {
  test('from pull to push announces claimable features and ends claims of them', async () => {
    ids = await poller.create(['One', 'Two']);
    await tick();
    const taken = await claimNext();
    if (!taken || taken instanceof Error) throw new Error('Nothing was claimed.');
    await poller.set({ dispatch: 'push' });
    expect(await claimNext()).toBeInstanceOf(Error);
    await tick();
    await tick();
    const left = ids.map((id) => derivedId('feature', id)).filter((id) => id !== taken.feature.id);
    expect(dispatchIds()).toEqual(left.map((id) => `${id}:2`));
    for (const id of left) expect((await workspace.parts.deps.features.get(id))?.claimAt).toBeUndefined();
    expect((await workspace.parts.row()).redispatchAt).toBeUndefined();
  });

  test('from push to pull keeps an announced feature from claims until its time is over', async () => {
    await poller.set({ dispatch: 'push' });
    ids = await poller.create(['One']);
    await tick();
    await poller.set({ dispatch: 'pull' });
    await tick();
    expect(await claimNext()).toBeUndefined();
    workspace.advance(TIMEOUT_MS + 1_000);
    await tick();
    expect(await claimNext()).toMatchObject({ feature: { status: 'in_progress' } });
    expect(dispatchIds()).toHaveLength(1);
  });

  test('from push to pull offers features at once that were not announced', async () => {
    await poller.set({ dispatch: 'push' });
    ids = await poller.create(['One']);
    poller.bus(false);
    await tick();
    await poller.set({ dispatch: 'pull' });
    workspace.advance(61_000);
    await tick();
    expect(await claimNext()).toMatchObject({ feature: { status: 'in_progress' } });
  });

  test('back to pull holds for a worker that began before it: a feature made since can be claimed', async () => {
    await poller.set({ dispatch: 'push' });
    ids = [];
    // The worker finds nothing at first, and looks for more.
    const worker = poller.container(passThrough, async () => {
      if (ids.length > 0) return;
      await poller.set({ dispatch: 'pull' });
      ids = await poller.create(['One']);
    });
    const deadline = workspace.parts.deps.now() + 40_000;
    await worker.serve(workspace.workspaceId, [], { deadline, stay: true });
    expect(dispatchIds()).toEqual([]);
    expect(await claimNext()).toMatchObject({ feature: { status: 'in_progress' } });
  });

  test('back and forth loses no feature and never hands one out both ways', async () => {
    ids = await poller.create(Array.from({ length: 12 }, (_, n) => `Feature ${n}`));
    const featureIds = ids.map((id) => derivedId('feature', id));
    const claimed = new Set<string>();
    for (const dispatch of ['push', 'pull', 'push', 'pull', 'push'] as const) {
      await poller.set({ dispatch });
      await tick();
      for (const id of featureIds) {
        const feature = await workspace.parts.deps.features.get(id);
        const isOut =
          feature?.readyAt !== undefined &&
          feature.announcedSeq === feature.readySeq &&
          feature.status === 'pending';
        expect(isOut && feature.claimAt !== undefined, 'claimable and announced').toBe(false);
      }
      const got = dispatch === 'pull' ? await claimNext() : undefined;
      if (got && !(got instanceof Error)) claimed.add(got.feature.id);
      workspace.advance(TIMEOUT_MS + 61_000);
      await tick();
    }
    await tick();
    const announced = new Set(poller.announced.map(({ feature }) => feature.id));
    for (const id of featureIds) expect(announced.has(id) || claimed.has(id), id).toBe(true);
    for (const id of featureIds.filter((each) => !claimed.has(each)))
      expect(await workspace.parts.deps.features.get(id)).toMatchObject({
        readyAt: expect.any(String),
        status: 'pending',
      });
  });
});
