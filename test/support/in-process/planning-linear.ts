import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLinear } from '../../../local/linear/server.ts';
import type { Json } from '../../../shared/domain/planning/change-set/operation.ts';
import { planningLinearApi } from '../../../shared/linear/api/planning/api.ts';
import { planningClient } from '../../../shared/linear/api/planning/client.ts';
import { linearOauth } from '../../../shared/linear/oauth.ts';
import { newOrganization } from './organization.ts';

export const linkPrefix = 'https://acme.atlassian.net/wiki/pages/viewpage.action?pageId=1#';

type Input = { [key: string]: Json };
type Team = {
  id: string;
  key: string;
  defaultIssueState: { id: string };
  states: { nodes: { id: string; name: string }[] };
};

/** A local Linear over HTTP, with organizations in which the app has consent. */
export const startPlanningLinear = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'omakase-plans-'));
  const redirectUri = 'http://127.0.0.1:1/oauth/linear/callback';
  const linear = await startLinear({ port: 0, dataDir, redirectUri });
  const post = async (path: string, body: unknown, authorization = '') => {
    const headers = { 'content-type': 'application/json', authorization };
    const response = await fetch(new URL(path, linear.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const requests = async (organizationId: string) => {
    const answer = await fetch(new URL(`/_local/requests?organization=${organizationId}`, linear.url));
    return ((await answer.json()) as { requests: { operation: string; complexity: number }[] }).requests;
  };

  return {
    linear,
    switches: (changes: object) => post('/_local/switches', changes),
    /** Restores the defaults of all switches. */
    defaults: async () => {
      const answer = await fetch(new URL('/_local/switches', linear.url));
      const { switches } = (await answer.json()) as { switches: Record<string, { default: unknown }> };
      await post(
        '/_local/switches',
        Object.fromEntries(Object.entries(switches).map(([name, one]) => [name, one.default])),
      );
    },
    stop: async () => {
      await linear.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
    /** A new organization: its admin, its two teams with a project each, and the API as plans use it. */
    world: async () => {
      const oauth = linearOauth({ apiUrl: linear.url, app: async () => linear, now: Date.now });
      const organization = await newOrganization({ linearUrl: linear.url, redirectUri, oauth, post });
      const { organizationId, graphql, accessToken } = organization;
      const { teams } = await graphql<{ teams: { nodes: Team[] } }>(
        '{ teams(first: 9) { nodes { id key defaultIssueState { id } states { nodes { id name } } } } }',
        {},
      );
      const teamOf = (key: string) => {
        const team = teams.nodes.find((one) => one.key === key);
        if (!team) throw new Error(`There is no team ${key}.`);
        return team;
      };
      const [team, other] = [teamOf('ENG'), teamOf('OPS')];
      const unreadable: unknown[] = [];
      const client = planningClient({ apiUrl: linear.url, now: Date.now });
      const api = planningLinearApi(client, {
        accessToken,
        now: Date.now,
        onUnreadable: (_, found) => unreadable.push(...found),
      });
      const make = async (mutation: string, field: string, input: Input): Promise<string> => {
        const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
        const made = await graphql<Record<string, Record<string, { id: string }>>>(
          `mutation($input: ${type}!) { ${mutation}(input: $input) { ${field} { id } } }`,
          { input },
        );
        return made[mutation]?.[field]?.id ?? '';
      };
      return {
        ...organization,
        client,
        api,
        /** What the API reported as unreadable. */
        unreadable,
        team,
        other,
        projectId: await make('projectCreate', 'project', { name: 'Plan', teamIds: [team.id] }),
        issue: (input: Input = {}) =>
          make('issueCreate', 'issue', { teamId: team.id, title: 'Theirs', ...input }),
        label: (input: Input) => make('issueLabelCreate', 'issueLabel', input),
        milestone: (input: Input) => make('projectMilestoneCreate', 'projectMilestone', input),
        relate: (issueId: string, relatedIssueId: string, type = 'blocks') =>
          make('issueRelationCreate', 'issueRelation', { issueId, relatedIssueId, type }),
        attach: (issueId: string, url: string) =>
          make('attachmentCreate', 'attachment', { issueId, url, title: 'Plan' }),
        fault: (fault: object) =>
          post('/_local/faults', { count: 1, organization: organizationId, ...fault }),
        /** Takes all teams but `team` out of the app's sight. */
        hideOther: () =>
          post(`/_local/access?organization=${organizationId}`, {
            canAccessAllPublicTeams: false,
            teamIds: [team.id],
          }),
        /** The requests of an act, in their order: their operations, and the greatest complexity. */
        async requestsOf(act: () => Promise<unknown>) {
          await fetch(new URL('/_local/requests', linear.url), { method: 'DELETE' });
          await act();
          const found = await requests(organizationId);
          return {
            operations: found.map(({ operation }) => operation),
            points: Math.max(...found.map(({ complexity }) => complexity)),
          };
        },
      };
    },
  };
};

export type PlanningWorld = Awaited<ReturnType<Awaited<ReturnType<typeof startPlanningLinear>>['world']>>;
