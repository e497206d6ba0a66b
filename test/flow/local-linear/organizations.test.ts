import type { LinearClient } from '@linear/sdk';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Harness, REDIRECT_URI, startHarness } from '../../support/local-linear/harness.ts';

let h: Harness;
let globex: { id: string; adminKey: string };
let theirs: LinearClient;

beforeAll(async () => {
  h = await startHarness();
  await begin();
});
afterEach(async () => {
  await h.reset();
  await begin();
});
afterAll(() => h.close());

const begin = async () => {
  globex = await h.local('organizations', { name: 'Globex' });
  theirs = h.keyClient(globex.adminKey);
};
const one = async (client: LinearClient) => {
  const [issue] = (await client.issues({ first: 1 })).nodes;
  const [project] = (await client.projects({ first: 1 })).nodes;
  const [label] = (await client.issueLabels({ filter: { isGroup: { eq: false }, team: { null: true } } }))
    .nodes;
  const [team] = (await client.teams()).nodes;
  const [state] = (await client.workflowStates()).nodes;
  const [user] = (await client.users()).nodes;
  if (!issue || !project || !label || !team || !state || !user)
    throw new Error('the seed lacks one of these');
  const comment = await (await client.createComment({ issueId: issue.id, body: 'Hello' })).comment;
  const attachment = await (
    await client.createAttachment({ issueId: issue.id, title: 'Run', url: 'https://example.test/' })
  ).attachment;
  if (!comment || !attachment) throw new Error('creation returned no row');
  return { issue, project, label, team, state, user, comment, attachment };
};

test('ids of another organization can be neither read nor written', async () => {
  const [ours, foreign] = [await one(h.admin), await one(theirs)];
  const issueId = ours.issue.id;
  const refused: Record<string, () => PromiseLike<unknown>> = {
    issue: () => h.admin.issue(foreign.issue.id),
    project: () => h.admin.project(foreign.project.id),
    team: () => h.admin.team(foreign.team.id),
    label: () => h.admin.issueLabel(foreign.label.id),
    state: () => h.admin.workflowState(foreign.state.id),
    user: () => h.admin.user(foreign.user.id),
    comment: () => h.admin.comment({ id: foreign.comment.id }),
    attachment: () => h.admin.attachment(foreign.attachment.id),
    'issueUpdate of': () => h.admin.updateIssue(foreign.issue.id, { title: 'Taken' }),
    'issueUpdate stateId': () => h.admin.updateIssue(issueId, { stateId: foreign.state.id }),
    'issueUpdate projectId': () => h.admin.updateIssue(issueId, { projectId: foreign.project.id }),
    'issueUpdate teamId': () => h.admin.updateIssue(issueId, { teamId: foreign.team.id }),
    'issueUpdate parentId': () => h.admin.updateIssue(issueId, { parentId: foreign.issue.id }),
    'issueUpdate assigneeId': () => h.admin.updateIssue(issueId, { assigneeId: foreign.user.id }),
    'issueUpdate addedLabelIds': () => h.admin.updateIssue(issueId, { addedLabelIds: [foreign.label.id] }),
    'issueUpdate labelIds': () => h.admin.updateIssue(issueId, { labelIds: [foreign.label.id] }),
    'issueUpdate subscriberIds': () => h.admin.updateIssue(issueId, { subscriberIds: [foreign.user.id] }),
    issueBatchUpdate: () => h.admin.updateIssueBatch([issueId, foreign.issue.id], { title: 'Taken' }),
    issueCreate: () => h.admin.createIssue({ teamId: foreign.team.id, title: 'There' }),
    issueDelete: () => h.admin.deleteIssue(foreign.issue.id),
    issueArchive: () => h.admin.archiveIssue(foreign.issue.id),
    issueAddLabel: () => h.admin.issueAddLabel(issueId, foreign.label.id),
    commentCreate: () => h.admin.createComment({ issueId: foreign.issue.id, body: 'There' }),
    'commentCreate parentId': () =>
      h.admin.createComment({ issueId, parentId: foreign.comment.id, body: 'There' }),
    commentUpdate: () => h.admin.updateComment(foreign.comment.id, { body: 'Taken' }),
    commentDelete: () => h.admin.deleteComment(foreign.comment.id),
    attachmentCreate: () =>
      h.admin.createAttachment({ issueId: foreign.issue.id, title: 'x', url: 'https://example.test/x' }),
    attachmentDelete: () => h.admin.deleteAttachment(foreign.attachment.id),
    issueLabelCreate: () => h.admin.createIssueLabel({ name: 'there', teamId: foreign.team.id }),
    issueLabelUpdate: () => h.admin.updateIssueLabel(foreign.label.id, { name: 'taken' }),
    issueLabelDelete: () => h.admin.deleteIssueLabel(foreign.label.id),
    projectCreate: () => h.admin.createProject({ name: 'There', teamIds: [foreign.team.id] }),
    projectUpdate: () => h.admin.updateProject(foreign.project.id, { name: 'Taken' }),
    'projectUpdate leadId': () => h.admin.updateProject(ours.project.id, { leadId: foreign.user.id }),
    'projectUpdate memberIds': () => h.admin.updateProject(ours.project.id, { memberIds: [foreign.user.id] }),
    projectDelete: () => h.admin.deleteProject(foreign.project.id),
    projectMilestoneCreate: () =>
      h.admin.createProjectMilestone({ name: 'x', projectId: foreign.project.id }),
    teamUpdate: () => h.admin.updateTeam(foreign.team.id, { name: 'Taken' }),
    workflowStateUpdate: () => h.admin.updateWorkflowState(foreign.state.id, { name: 'Taken' }),
    workflowStateCreate: () =>
      h.admin.createWorkflowState({ teamId: foreign.team.id, name: 'x', color: '#000000', type: 'started' }),
    'project of team': () => h.admin.updateProject(ours.project.id, { teamIds: [foreign.team.id] }),
  };
  for (const [name, act] of Object.entries(refused)) {
    await expect(Promise.resolve(act()), name).rejects.toThrow('Entity not found');
  }
  const filters = { id: { in: [foreign.issue.id, issueId] } };
  expect((await h.admin.issues({ filter: filters })).nodes.map(({ id }) => id)).toEqual([issueId]);
  const byParts = [
    { team: { id: { eq: foreign.team.id } } },
    { project: { id: { eq: foreign.project.id } } },
    { labels: { some: { id: { eq: foreign.label.id } } } },
  ];
  for (const filter of byParts) expect((await h.admin.issues({ filter })).nodes).toEqual([]);
  expect((await theirs.issue(foreign.issue.id)).title).toBe(foreign.issue.title);
});

test('an id that another organization used conflicts without revealing that organization', async () => {
  const ours = await one(h.admin);
  const foreign = await one(theirs);
  const again = { id: foreign.comment.id, issueId: ours.issue.id, body: 'Mine' };
  await expect(h.admin.createComment(again)).rejects.toThrow('onflict on insert of Comment');
});

test('each organization has its own people, keys and rate limits', async () => {
  expect((await theirs.organization).id).toBe(globex.id);
  const carol = await h.post(`/_local/users?organization=${globex.id}`, { name: 'Carol Tan' });
  const viewer = await h.keyClient(carol.body.key).viewer;
  expect(viewer).toMatchObject({ name: 'Carol Tan', admin: false });
  await expect(h.keyClient(carol.body.key).createTeam({ name: 'New' })).rejects.toThrow('admins');
  expect((await h.admin.users()).nodes.map(({ name }) => name)).not.toContain('Carol Tan');

  await h.post(`/_local/limits?organization=${globex.id}`, { requests: 7, complexity: 90 });
  const limitsOf = async (organization: string | null) => {
    const { access_token } = await h.connect({ organization });
    const { headers } = await h.graphql('{ viewer { id } }', {}, `Bearer ${access_token}`);
    return ['requests', 'complexity'].map((kind) => headers.get(`x-ratelimit-${kind}-limit`));
  };
  expect(await limitsOf(globex.id)).toEqual(['7', '90']);
  expect(await limitsOf(null)).toEqual(['5000', '2000000']);
  await h.post(`/_local/limits?organization=${globex.id}`, { of: 'keys', requests: 9 });
  const { headers } = await h.graphql('{ viewer { id } }', {}, globex.adminKey);
  expect(headers.get('x-ratelimit-requests-limit')).toBe('9');
});

test('several applications work beside each other, each with its own user, secret and webhooks', async () => {
  const other = await h.local('applications', {
    name: 'Rival',
    redirectUri: REDIRECT_URI,
    webhookUrl: `${h.webhookUrl}rival`,
    resourceTypes: ['Comment'],
  });
  const mine = await h.connect();
  const code = (await h.decide('approve', { client_id: other.clientId })).get('code');
  expect((await h.exchange(code)).body.error).toBe('invalid_grant');
  const rival = await h.token({
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: REDIRECT_URI,
    client_id: other.clientId,
    client_secret: other.clientSecret,
    code_verifier: 'wrong',
  });
  expect(rival.body.error).toBe('invalid_grant');
  const users = (await h.admin.users({ filter: { app: { eq: true } } })).nodes;
  expect(users.map(({ name }) => name).sort()).toEqual(['Local App', 'Rival']);
  const refused = await h.revoke({
    token: mine.refresh_token,
    client_id: other.clientId,
    client_secret: other.clientSecret,
  });
  expect(refused.status).toBe(400);
  expect((await h.clientOf(mine.access_token).viewer).app).toBe(true);
  await h.admin.createIssueLabel({ name: 'for one' });
  const { deliveries } = await h.get('/_local/deliveries');
  expect(deliveries.map(({ body }: { body: { type: string } }) => body.type)).toEqual(['IssueLabel']);
});

test('a private team is visible to its members, and to an app that was added to it', async () => {
  const secret = await (await h.admin.createTeam({ name: 'Secret', key: 'SEC', private: true })).team;
  const teamId = secret?.id ?? '';
  const issue = await (await h.admin.createIssue({ teamId, title: 'Hush' })).issue;
  const issueId = issue?.id ?? '';
  const app = h.clientOf((await h.connect()).access_token);
  const ben = (await h.local('users', { name: 'Eve' })).key;
  for (const client of [app, h.keyClient(ben)]) {
    await expect(client.issue(issueId)).rejects.toThrow('Entity not found');
    await expect(client.issue('SEC-1')).rejects.toThrow('Entity not found');
    expect((await client.issues({ filter: { team: { key: { eq: 'SEC' } } } })).nodes).toEqual([]);
    expect((await client.teams()).nodes.map(({ key }) => key)).not.toContain('SEC');
    await expect(client.createComment({ issueId, body: 'Hello' })).rejects.toThrow('Entity not found');
  }
  await issue?.update({ title: 'Hush hush' });
  expect((await h.get('/_local/deliveries')).deliveries).toEqual([]);

  await h.local('access', { canAccessAllPublicTeams: true, teamIds: [teamId] });
  await h.eventually((all) =>
    expect(all.at(-1)?.body).toMatchObject({
      type: 'PermissionChange',
      action: 'teamAccessChanged',
      addedTeamIds: [teamId],
      removedTeamIds: [],
      canAccessAllPublicTeams: true,
    }),
  );
  expect((await app.issue(issueId)).title).toBe('Hush hush');
  await issue?.update({ title: 'Sent' });
  await h.eventually((all) => expect(all.at(-1)?.body.data.title).toBe('Sent'));
  await h.switchTo({ privateTeamWebhooks: 'withheld' });
  await issue?.update({ title: 'Withheld' });
  const { deliveries } = await h.get('/_local/deliveries');
  expect(deliveries).toHaveLength(2);
});

test('an app without access to a team cannot see its issues and projects any more', async () => {
  const app = h.clientOf((await h.connect()).access_token);
  const [ops, eng] = (await h.admin.teams()).nodes.toSorted((a, b) => (a.key < b.key ? 1 : -1));
  const before = (await app.issues()).nodes.length;
  await h.local('access', { canAccessAllPublicTeams: false, teamIds: [eng?.id] });
  await h.eventually((all) =>
    expect(all.at(-1)?.body).toMatchObject({ addedTeamIds: [], removedTeamIds: [ops?.id] }),
  );
  const seen = (await app.issues()).nodes;
  expect(seen.length).toBeLessThan(before);
  expect(new Set(await Promise.all(seen.map(async ({ team }) => (await team)?.key)))).toEqual(
    new Set(['ENG']),
  );
  const project = (await app.projects({ filter: { name: { eq: 'Reliability' } } })).nodes[0];
  expect((await project?.teams())?.nodes.map(({ key }) => key)).toEqual(['ENG']);
  await h.local('access', { canAccessAllPublicTeams: true, teamIds: [] });
  expect((await app.issues()).nodes).toHaveLength(before);
});
