import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimPartition, priorities } from '../../../shared/domain/features/feature.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import {
  connect,
  create,
  dispatchIds,
  ids,
  poller,
  pushOne,
  row,
  startDispatching,
  stopDispatching,
  switches,
  TIMEOUT_MS,
  tick,
  workspace,
} from '../../support/in-process/dispatching.ts';
import { settled } from '../../support/in-process/ingestion.ts';

beforeAll(startDispatching, 60_000);
afterAll(stopDispatching);
beforeEach(connect);

describe('a workspace that pushes', () => {
  beforeEach(pushOne);
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
      await pushOne();
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
    await poller.create(Array.from({ length: 24 }, (_, n) => `More ${n}`));
    await tick();
    expect(new Set(dispatchIds()).size).toBe(25);
    expect(dispatchIds()).toHaveLength(25);
  });
});

test('splits large events over several requests, and leaves out the labels of an issue that has too many', async () => {
  await poller.set({ dispatch: 'push' });
  await switches({ titleLimit: 10_000, nameLimit: 10_000 });
  await create(Array.from({ length: 12 }, (_, n) => `${n} ${'語'.repeat(4_900)}`));
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
