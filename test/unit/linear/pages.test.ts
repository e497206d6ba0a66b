import { describe, expect, test } from 'vitest';
import { linearApi } from '../../../shared/linear/api.ts';
import type { LinearClient } from '../../../shared/linear/client.ts';
import { webhookExample } from '../../../testing/builders.ts';

const NOW = Date.parse('2026-11-10T12:00:00.000Z');
const FAR = '9999-12-31T23:59:59.999Z';
const { data: payload } = webhookExample('01-issue-create');
const node = (changes: object = {}) => ({
  ...payload,
  team: { id: 'team' },
  labels: { nodes: [] },
  labelIds: [],
  ...changes,
});
const project = (changes: object = {}) => ({
  ...webhookExample('05-project-update').data,
  teams: { nodes: [] },
  ...changes,
});

/** An API whose client gets this answer from Linear and parses it with the operation's schema. */
const answering = (answer: object) =>
  linearApi(
    {
      async execute(_: string, { data }: { data: { parse(value: unknown): unknown } }) {
        return data.parse(answer);
      },
    } as unknown as LinearClient,
    { accessToken: 'token', now: () => NOW },
  );
const changed = (nodes: object[], hasNextPage = false) => {
  const page = { nodes, pageInfo: { hasNextPage, endCursor: 'cursor' } };
  const range = { since: '2026-11-01T00:00:00.000Z', until: FAR };
  return answering({ issues: page }).changes({
    issues: range,
    projects: undefined,
    knownIds: [],
    labelIds: [],
    withRelations: false,
    withBlockers: false,
  });
};

describe('a page of what changed', () => {
  test('does not raise the watermark into the future', async () => {
    const { issues } = await changed([node({ updatedAt: FAR }), node()]);
    expect(issues?.newest).toBe(new Date(NOW).toISOString());
    expect(issues?.items[0]?.updatedAt).toBe(new Date(NOW).toISOString());
  });

  test('of a new connection does not set the watermark in the future', async () => {
    const answer = {
      organization: { id: 'o', name: 'Acme', urlKey: 'acme' },
      issueLabels: { nodes: [] },
      issues: { nodes: [{ id: 'x', updatedAt: FAR }] },
    };
    const { newestIssueAt } = await answering(answer).readOrganization({
      triggerLabel: 'x',
      triggerLabelIds: [],
    });
    expect(newestIssueAt).toBe(new Date(NOW).toISOString());
  });

  test.each([
    ['an invalid time', { updatedAt: 'yesterday' }],
    ['no id', { id: '' }],
    ['an id of 500 kB', { id: 'x'.repeat(500_000) }],
    ['a url of 500 kB', { url: 'x'.repeat(500_000) }],
    ['a label name of 500 kB', { labels: { nodes: [{ id: 'l', name: 'x'.repeat(500_000) }] } }],
  ])('keeps the other issues if one has %s', async (_, changes) => {
    const { issues } = await changed([node(changes), node({ id: 'other' })]);
    expect(issues?.items.map(({ id }) => id)).toEqual(['other']);
    expect(issues?.unreadable).toHaveLength(1);
    expect(issues?.newest).toBe(payload.updatedAt);
  });

  test('continues with its cursor if none of its times can be read', async () => {
    const { issues } = await changed([node({ updatedAt: 'yesterday' })], true);
    expect(issues?.rest).toMatchObject({ after: 'cursor' });
  });
});

test.each([
  ['251 teams', { teams: { nodes: Array.from({ length: 251 }, (_, id) => ({ id: `team-${id}` })) } }],
  ['a url of 500 kB', { url: 'x'.repeat(500_000) }],
  ['an invalid time', { updatedAt: 12 }],
])('a page of projects keeps the others if one has %s', async (_, changes) => {
  const nodes = [project(changes), project({ id: 'other' })];
  const { items, unreadable } = await answering({
    projects: { nodes, pageInfo: { hasNextPage: false } },
  }).projects();
  expect(items.map(({ linearProjectId }) => linearProjectId)).toEqual(['other']);
  expect(unreadable).toHaveLength(1);
});
