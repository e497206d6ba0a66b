import { type Api, until } from './walk-clients.ts';

export type PlanContext = {
  /** The site of the local Confluence, and the service account that reads it. */
  confluence: string;
  auth: { clientId: string; clientSecret: string };
};

type Step = (what: string, seen: string) => void;
type Session = {
  id: string;
  status: string;
  confluencePageTitle: string;
  readVersion: number;
  counts: Record<string, number>;
  reason?: { message: string };
};
type Coverage = { coverage: Record<string, number> };

const count = (number: number | undefined, one: string, many: string): string =>
  `${number ?? 0} ${number === 1 ? one : many}`;

/** Connects the site, and plans a page of it into a project. */
export const walkPlan = async (
  { confluence, auth }: PlanContext,
  api: Api,
  { workspaceId, projectId }: { workspaceId: string; projectId: string },
  step: Step,
  print: (text: string) => void,
): Promise<void> => {
  const site = await api.put<{ state: string; account?: { name: string }; spaces: { name: string }[] }>(
    `/workspaces/${workspaceId}/confluence`,
    { siteUrl: confluence, auth: { type: 'client_credentials', ...auth }, spaces: ['PLAN'] },
  );
  if (JSON.stringify(site).includes(auth.clientSecret)) throw new Error('The site shows its secret.');
  const spaces = site.spaces.map(({ name }) => name).join(', ');
  step('Confluence is connected', `${site.account?.name ?? 'the account'} may plan from ${spaces}`);

  const { id } = await api.post<Session>(`/workspaces/${workspaceId}/planning-sessions`, {
    confluencePageUrl: `${confluence}/wiki/display/PLAN/PI+1+plan`,
    projectId,
  });
  await api.post(`/planning-sessions/${id}/sync`, {});
  const session = await until('the page to be read', async () => {
    const now = await api.get<Session>(`/planning-sessions/${id}`);
    if (now.status === 'failed') throw new Error(`The page was not read: ${now.reason?.message}`);
    return now.status === 'completed' ? now : undefined;
  });
  const { epic, feature, story, enabler } = session.counts;
  if (!epic || !feature || !story) throw new Error(`The page has no plan: ${JSON.stringify(session.counts)}`);
  const found = [
    count(epic, 'epic', 'epics'),
    count(feature, 'feature', 'features'),
    count(story, 'story', 'stories'),
    `${count(enabler, 'enabler', 'enablers')} among them`,
  ];
  step(`The page “${session.confluencePageTitle}” is read`, found.join(', '));

  const { coverage } = await api.get<Coverage>(`/planning-sessions/${id}/coverage`);
  const { blocks, ...parts } = coverage;
  const sum = Object.values(parts).reduce((one, other) => one + other, 0);
  if (sum !== blocks) throw new Error(`${blocks} blocks became ${sum}.`);
  const became = Object.entries(parts).map(([word, blocksOf]) => `${blocksOf} ${word}`);
  step('Every block of it is accounted for', `${blocks} blocks: ${became.join(', ')}`);
  print(await api.text(`/planning-sessions/${id}/items`, 'text/markdown'));
};
