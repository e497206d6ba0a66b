import { type Api, apiAs, linearAs, until } from '../../local/walk/walk-clients.ts';
import { connectAs, SCOPES } from '../../testing/oauth-flow.ts';
import type { TestStack } from '../../testing/stack.ts';

type Project = { id: string; linearProjectId: string };
export type Feature = { id: string; linearIssueId: string; status: string; ready: boolean; runId?: string };

/** A delivery or a tick may fail on a busy machine. After this, the clock advances to the next one. */
const PATIENCE_MS = 10_000;

type Run = { kind: string; outcome: string };

/** Adds an organization to the local Linear. Returns its id. */
export const addOrganization = async (stack: TestStack, name: string): Promise<string> => {
  const made = await fetch(new URL('/_local/organizations', stack.outputs.linear), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  return ((await made.json()) as { id: string }).id;
};

/** A connected workspace whose features are claimed, and a human in its organization. */
export const startPulling = async (stack: TestStack, owner: string, organization?: string) => {
  const human = linearAs(stack.outputs.linear, stack.outputs.adminKey ?? '');
  const workspaceId = await connectAs(stack, owner, organization);
  const api: Api = apiAs(stack.outputs.api, await stack.token(owner, SCOPES));
  // Until then issues that were there before may become ready at any time.
  await until('the first sync to end', async () => {
    const { items } = await api.get<{ items: Run[] }>(`/workspaces/${workspaceId}/history`);
    return items.find(({ kind, outcome }) => kind === 'sync' && outcome === 'done');
  });
  const { items } = await api.get<{ items: Project[] }>(`/projects?workspaceId=${workspaceId}`);
  const [project, other] = items as [Project, Project];

  const featureOf = (issueId: string, holds: (feature: Feature) => boolean = () => true) => {
    let patientUntil = Date.now() + PATIENCE_MS;
    return until('the feature', async () => {
      if (Date.now() > patientUntil) {
        patientUntil += PATIENCE_MS;
        await human.advanceClock(61_000);
      }
      const { items } = await api.get<{ items: Feature[] }>(`/projects/${project.id}/features?limit=100`);
      return items.find((feature) => feature.linearIssueId === issueId && holds(feature));
    });
  };

  return {
    api,
    human,
    workspaceId,
    project,
    other,
    featureOf,

    /** Creates labelled issues and waits until each feature can be claimed. */
    async ready(...titles: string[]): Promise<Feature[]> {
      const issues: { id: string }[] = [];
      for (const title of titles) {
        const issue = await human.createIssue(project.linearProjectId, title);
        await human.addLabel(issue.id, 'omakase');
        issues.push(issue);
      }
      for (const { id } of issues) await featureOf(id);
      await human.advanceClock(61_000);
      return Promise.all(issues.map(({ id }) => featureOf(id, (feature) => feature.ready)));
    },
  };
};

export type Answer = { status: number; type: string | null; body: unknown; headers: Headers };

/** Sends one request and returns the answer, whatever its status. */
export const send = async (
  stack: TestStack,
  method: string,
  path: string,
  { token, body, type = 'application/json' }: { token?: string; body?: unknown; type?: string } = {},
): Promise<Answer> => {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': type }),
  };
  const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const init = {
    method,
    headers,
    redirect: 'manual' as const,
    ...(body === undefined ? {} : { body: sent }),
  };
  const response = await fetch(`${stack.outputs.api}${path}`, init as RequestInit);
  const text = await response.text();
  const mediaType = response.headers.get('content-type');
  const parsed: unknown = mediaType?.includes('json') && text ? JSON.parse(text) : text;
  return { status: response.status, type: mediaType, body: parsed, headers: response.headers };
};
