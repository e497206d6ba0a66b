import { describe, expect } from 'vitest';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import type { Interceptor } from '../../support/in-process/interceptor.ts';
import { test as base } from '../../support/in-process/poller-test.ts';

type Comment = { body: string; user: { app: boolean } };

const test = base.extend('linear', ({ workspace, ingestion }) => {
  const create = (input: object) =>
    workspace.graphql('mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success } }', {
      input,
    });
  return {
    /** A human posts a comment. */
    comment: (issueId: string, id: string) => create({ issueId, id, body: 'Looks done to me.' }),
    attach: (issueId: string, url: string) =>
      workspace.graphql(
        'mutation($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { success } }',
        { input: { issueId, url, title: 'Reviewed by Ada', subtitle: 'Two approvals' } },
      ),
    /** Comments and links of an issue, with who wrote them. */
    read: async (id: string) => {
      const { issue } = await workspace.graphql<{
        issue: { comments: { nodes: Comment[] }; attachments: { nodes: { url: string; title: string }[] } };
      }>(
        `query($id: String!) { issue(id: $id) { comments(first: 100) { nodes { body user { app } } }
          attachments(first: 100) { nodes { url title subtitle } } } }`,
        { id },
      );
      return {
        ours: issue.comments.nodes.filter(({ user }) => user.app).map(({ body }) => body),
        theirs: issue.comments.nodes.filter(({ user }) => !user.app).length,
        links: issue.attachments.nodes,
      };
    },
    fault: (fault: object) => ingestion.fault({ organization: workspace.organizationId, ...fault }),
  };
});

const prUrl = 'https://git.example.com/1';
/** A worker that meets an end at its `nth` call of `what`, before or after it is made. */
const dying = (what: string, when: 'before' | 'after'): Interceptor => {
  let dead = false;
  return async (_, called, call) => {
    if (dead || (called === what && when === 'before')) {
      dead = true;
      throw new Error('crash');
    }
    const answer = await call();
    if (called !== what) return answer;
    dead = true;
    throw new Error('crash');
  };
};

describe('a comment id that is taken', () => {
  const owedId = async (poller: { feature(id: string): Promise<{ owed: object }> }, id: string) =>
    Object.keys((await poller.feature(id)).owed)[0] ?? '';

  test('on another issue makes the outcome go out once, under another id', async ({ poller, linear }) => {
    const [id = '', other = ''] = await poller.ready(2);
    await poller.passing(id);
    await linear.comment(other, await owedId(poller, id));
    await poller.drain();
    expect(await linear.read(id)).toMatchObject({ ours: [expect.stringContaining('Done by run-1')] });
    expect((await poller.feature(id)).owed).toEqual({});
    expect((await poller.feature(id)).failure).toBeUndefined();
  });

  test('by a human on the same issue makes the outcome go out under another id', async ({
    poller,
    linear,
  }) => {
    const id = await poller.one();
    await poller.passing(id);
    await linear.comment(id, await owedId(poller, id));
    await poller.drain();
    expect(await linear.read(id)).toMatchObject({
      ours: [expect.stringContaining('Done by run-1')],
      theirs: 1,
    });
  });

  test('in another organization, where we cannot see it, makes the outcome go out under another id', async ({
    poller,
    linear,
    ingestion,
  }) => {
    const id = await poller.one();
    await poller.passing(id);
    const stranger = await ingestion.connected();
    const { teamId, projects } = await stranger.world();
    const { issueCreate } = await stranger.graphql<{ issueCreate: { issue: { id: string } } }>(
      'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { issue { id } } }',
      { input: { teamId, title: 'Elsewhere', projectId: projects[0]?.id } },
    );
    await stranger.graphql(
      'mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success } }',
      { input: { issueId: issueCreate.issue.id, id: await owedId(poller, id), body: 'Mine.' } },
    );
    await poller.drain();
    expect((await linear.read(id)).ours).toHaveLength(1);
  });

  test('leads to no second comment if a worker crashes before or after it stores the other id', async ({
    poller,
    linear,
    workspace,
  }) => {
    for (const [what, when] of [
      ['renameOwed', 'after'],
      ['renameOwed', 'before'],
      ['settle', 'before'],
    ] as const) {
      const id = await poller.one();
      await poller.passing(id);
      await linear.comment(id, await owedId(poller, id));
      await expect(poller.serve([id], dying(what, when))).rejects.toThrow('crash');
      workspace.advance(120_000);
      await poller.drain();
      expect((await linear.read(id)).ours, `${when} ${what}`).toHaveLength(1);
    }
  });

  test('does not change the order in which several outcomes are posted', async ({ poller, linear }) => {
    const id = await poller.one();
    for (const run of ['run-1', 'run-2', 'run-3']) await poller.passing(id, run);
    const ids = Object.entries((await poller.feature(id)).owed).sort(([, a], [, b]) => a.seq - b.seq);
    await linear.comment(id, ids[1]?.[0] ?? '');
    await poller.drain();
    const { comments } = await poller.issue(id);
    const ours = comments.nodes.filter(({ body }) => body.includes('Done by'));
    const inOrder = ours.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
    expect(inOrder.map(({ body }) => /run-\d/.exec(body)?.[0])).toEqual(['run-1', 'run-2', 'run-3']);
  });
});

describe('a comment that is posted', () => {
  const lostAnswer: Interceptor = async (_, what, call) => {
    const answer = await call();
    if (what === 'mutate') throw new LinearError({ is: 'unavailable' }, {});
    return answer;
  };

  test('is not posted again after the key of comment ids was replaced', async ({
    poller,
    linear,
    workspace,
  }) => {
    const id = await poller.one();
    await poller.passing(id);
    await poller.serve([id], lostAnswer);
    poller.rotateKey();
    await poller.report(id, { status: 'passing', runId: 'run-1', summary: 'Done by run-1.' });
    workspace.advance(600_000);
    await poller.drain();
    expect((await linear.read(id)).ours).toHaveLength(1);
    expect((await poller.feature(id)).owed).toEqual({});
  });

  test('counts as ours even if the workspace was connected again as another app user', async ({
    poller,
    linear,
    workspace,
  }) => {
    const id = await poller.one();
    await poller.passing(id);
    await poller.serve([id], lostAnswer);
    const row = await workspace.parts.row();
    const { workspaces, now } = workspace.parts.deps;
    const { ownerId, linearOrganizationId, linearOrganizationName, linearDefaultTeamId, settings } = row;
    const again = {
      id: row.id,
      ownerId,
      linearOrganizationId,
      linearOrganizationName,
      linearDefaultTeamId,
      settings,
    };
    const tokens = { sealedTokens: 'sealed', tokenExpiresAt: row.createdAt };
    const sync = newSync('again', 'full', { now: now() });
    await workspaces.connect(
      { ...again, ...tokens, appUserId: 'another', sync },
      { as: 'owner', tenancy: 0, now: now() },
    );
    workspace.advance(600_000);
    await poller.drain();
    expect((await linear.read(id)).ours).toHaveLength(1);
  });
});

test('a link that a human made keeps its title, and a missing link is created once', async ({
  poller,
  linear,
}) => {
  const id = await poller.one();
  await linear.attach(id, prUrl);
  for (const [run, url] of [
    ['run-1', prUrl],
    ['run-2', `${prUrl}2`],
    ['run-3', `${prUrl}2`],
  ] as const) {
    await poller.report(id, { status: 'in_progress', runId: run });
    await poller.report(id, { status: 'passing', runId: run, prUrl: url });
  }
  await poller.drain();
  const { links } = await linear.read(id);
  expect(links.toSorted((a, b) => a.url.localeCompare(b.url))).toEqual([
    { url: prUrl, title: 'Reviewed by Ada', subtitle: 'Two approvals' },
    { url: `${prUrl}2`, title: 'Pull request', subtitle: null },
  ]);
});

test('all links of an issue are read, even if there is more than one page of them', async ({
  poller,
  linear,
}) => {
  const id = await poller.one();
  const urls = Array.from({ length: 6 }, (_, nth) => `${prUrl}${nth}`);
  for (const url of urls) await linear.attach(id, url);
  for (const [nth, url] of urls.entries()) {
    await poller.report(id, { status: 'in_progress', runId: `run-${nth}` });
    await poller.report(id, { status: 'passing', runId: `run-${nth}`, prUrl: url });
  }
  await poller.drain();
  expect((await linear.read(id)).links.map(({ title }) => title)).toEqual(Array(6).fill('Reviewed by Ada'));
});

describe('a mutation that Linear answers with success: false', () => {
  test.for(['commentCreate', 'issueUpdate', 'attachmentCreate'])(
    'is sent again later (%s)',
    async (operation, { poller, linear, states }) => {
      const id = await poller.one();
      await linear.fault({ kind: 'unsuccessful', operation, count: 2 });
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.report(id, { status: 'passing', runId: 'run-1', prUrl });
      await poller.serve([id]);
      expect(Object.keys((await poller.feature(id)).owed), 'still owed').toHaveLength(1);
      await poller.drain();
      const { ours, links } = await linear.read(id);
      expect([ours.length, links.length, (await poller.issue(id)).state.id]).toEqual([1, 1, states.Done]);
      expect(await poller.feature(id)).toMatchObject({ owed: {}, undoneTries: 0 });
    },
  );

  test('is recorded as a failure after five times', async ({ poller, linear }) => {
    const id = await poller.one();
    await linear.fault({ kind: 'unsuccessful', operation: 'commentCreate', count: 5 });
    await poller.passing(id);
    await poller.drain();
    expect((await linear.read(id)).ours).toEqual([]);
    expect((await poller.feature(id)).failure).toMatch(/5 times.*no reason/);
    expect((await poller.history()).flatMap(({ errors }) => errors).join()).toMatch(/no reason/);
  });
});
