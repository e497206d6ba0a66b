import { apiAs, until } from '../local/walk/walk-clients.ts';
import { SCOPES } from './oauth-flow.ts';
import type { TestStack } from './stack.ts';

/** The body that connects the local Confluence of a stack. */
export const siteOf = ({ outputs }: Pick<TestStack, 'outputs'>) => ({
  siteUrl: outputs.confluence ?? '',
  auth: {
    type: 'client_credentials',
    clientId: outputs.confluenceClientId,
    clientSecret: outputs.confluenceClientSecret,
  },
  spaces: ['PLAN'],
});

const PLAN_TITLE = 'PI 1 plan';

/** The address of a seeded page, by its title. */
export const pageOf = ({ outputs }: Pick<TestStack, 'outputs'>, title = PLAN_TITLE): string =>
  `${outputs.confluence}/wiki/display/PLAN/${encodeURIComponent(title)}`;

export type Session = {
  id: string;
  status: string;
  progress: number;
  reason?: { code: string; message: string; mend: string };
  readVersion?: number;
  counts: Record<string, number>;
};
export type Item = { id: string; title: string; level: string; state: string; parentId?: string };

/** Connects the local Confluence to a workspace and plans a seeded page of it. Waits until it has been read. */
export const startPlanning = async (
  stack: TestStack,
  { sub, workspaceId, projectId }: { sub: string; workspaceId: string; projectId: string },
  title = PLAN_TITLE,
) => {
  const api = apiAs(stack.outputs.api, await stack.token(sub, SCOPES));
  await api.put(`/workspaces/${workspaceId}/confluence`, siteOf(stack));
  const { id } = await api.post<Session>(`/workspaces/${workspaceId}/planning-sessions`, {
    confluencePageUrl: pageOf(stack, title),
    projectId,
  });
  const path = `/planning-sessions/${id}`;
  const when = (what: string, holds: (session: Session) => boolean) =>
    until(`the session ${what}`, async () => {
      const session = await api.get<Session>(path);
      return holds(session) ? session : undefined;
    });
  await when('to be completed', ({ status }) => status === 'completed');
  const items = async () => (await api.get<{ items: Item[] }>(`${path}/items?limit=100`)).items;
  return { id, path, api, when, items };
};
