import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { derivedId } from '../../../shared/domain/ids.ts';
import { FORGOTTEN_AFTER_MS } from '../../../shared/domain/mirror/sync.ts';
import { archiveProject } from '../../../shared/use-cases/mirror/archive-project.ts';
import {
  claimNext,
  connect,
  create,
  dispatchIds,
  ids,
  poller,
  pushOne,
  row,
  startDispatching,
  stopDispatching,
  TIMEOUT_MS,
  tick,
  workspace,
} from '../../support/in-process/dispatching.ts';
import { settled } from '../../support/in-process/ingestion.ts';
import { passThrough } from '../../support/in-process/interceptor.ts';

beforeAll(startDispatching, 60_000);
afterAll(stopDispatching);
beforeEach(connect);

describe('a workspace that pushes', () => {
  beforeEach(pushOne);
  const [idOf, first] = [() => ids[0] ?? '', () => derivedId('feature', ids[0] ?? '')];

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
});

describe('a changed setting', () => {
  test('from pull to push announces claimable features and ends claims of them', async () => {
    await create(['One', 'Two']);
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
    await create(['One']);
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
    await create(['One']);
    poller.bus(false);
    await tick();
    await poller.set({ dispatch: 'pull' });
    workspace.advance(61_000);
    await tick();
    expect(await claimNext()).toMatchObject({ feature: { status: 'in_progress' } });
  });

  test('back to pull holds for a worker that began before it: a feature made since can be claimed', async () => {
    await poller.set({ dispatch: 'push' });
    let isMade = false;
    // The worker finds nothing at first, and looks for more.
    const worker = poller.container(passThrough, async () => {
      if (isMade) return;
      isMade = true;
      await poller.set({ dispatch: 'pull' });
      await create(['One']);
    });
    const deadline = workspace.parts.deps.now() + 40_000;
    await worker.serve(workspace.workspaceId, [], { deadline, stay: true });
    expect(dispatchIds()).toEqual([]);
    expect(await claimNext()).toMatchObject({ feature: { status: 'in_progress' } });
  });

  test('back and forth loses no feature and never hands one out both ways', async () => {
    await create(Array.from({ length: 12 }, (_, n) => `Feature ${n}`));
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
