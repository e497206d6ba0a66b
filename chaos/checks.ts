import type { FeatureRow } from '../shared/data/feature-row.ts';
import { brokenRows } from './check-rows.ts';
import { wronglyHanded, wronglyTold } from './check-work.ts';
import type { Journal } from './journal.ts';
import { type LinearState, readLinear } from './linear-state.ts';
import { expectedFeatures } from './model.ts';
import { PRIVATE, type Workspace, type World } from './world.ts';

/** Something that is not as it has to be, and the issue or project of Linear's it is about. */
export type Finding = {
  check: Check;
  workspace: number | undefined;
  about: string | undefined;
  text: string;
};
type Check = 'features' | 'projects' | 'outcomes' | 'states' | 'due' | 'holders' | 'logs';

export type Rows = {
  features: FeatureRow[];
  projects: ProjectRow[];
  leases: Row[];
  history: Row[];
  workspaces: Row[];
};
export type Row = Record<string, unknown> & { id: string };
type ProjectRow = Row & { linearProjectId: string; archivedHere?: boolean; archivedThere: boolean };

/** Everything that has to hold when the faults are over. */
export const check = async (world: World, journal: Journal): Promise<Finding[]> => {
  const [features, projects, leases, history, workspaces] = await Promise.all(
    (['features', 'projects', 'leases', 'history', 'workspaces'] as const).map((table) => world.rows(table)),
  );
  const rows = { features, projects, leases, history, workspaces } as unknown as Rows;
  const findings: Finding[] = [...brokenRows(world, rows), ...wronglyHanded(journal), ...leaks(world)];
  for (const workspace of world.workspaces.values()) {
    const linear = await readLinear(workspace);
    findings.push(...differences(workspace, linear, rows), ...wronglyTold(workspace, linear, rows, journal));
  }
  return findings;
};

/** Where our rows are not what Linear's state makes of them. */
const differences = ({ index, workspaceId }: Workspace, linear: LinearState, rows: Rows): Finding[] => {
  const findings: Finding[] = [];
  const projects = rows.projects.filter((row) => row.workspaceId === workspaceId);
  const byLinearId = new Map(projects.map((row) => [row.linearProjectId, row]));
  for (const { id, name, archivedAt, trashed } of linear.projects) {
    const row = byLinearId.get(id);
    const found = row && { name: row.name, archived: row.archivedThere };
    const wanted = { name, archived: Boolean(archivedAt || trashed) };
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      findings.push({
        check: 'projects',
        workspace: index,
        about: id,
        text: `is ${JSON.stringify(found)} and has to be ${JSON.stringify(wanted)}`,
      });
  }

  const archivedHere = new Set(projects.filter((row) => row.archivedHere).map((row) => row.linearProjectId));
  const features = new Map(
    rows.features.filter((row) => row.workspaceId === workspaceId).map((row) => [row.linearIssueId, row]),
  );
  for (const expected of expectedFeatures(linear, archivedHere)) {
    const { issueId, qualifies, isImported, name, priority, stateId, linearProjectId = '' } = expected;
    const row = features.get(issueId);
    const wrong = (text: string) =>
      findings.push({ check: 'features', workspace: index, about: issueId, text });
    const stands = row?.issue && !row.withdrawn;
    if (!qualifies) {
      if (stands) wrong('stands, though its issue does not qualify');
      continue;
    }
    if (!stands) {
      if (isImported) wrong(`is ${row?.withdrawn ?? 'absent'}, though its issue qualifies`);
      else if (row?.issue) wrong(`is withdrawn (${row.withdrawn}), though its issue qualifies`);
      continue;
    }
    const { issue, projectId } = row;
    const found = { name: issue?.name, priority: issue?.priority, stateId: issue?.state.id, projectId };
    const wanted = { name, priority, stateId, projectId: byLinearId.get(linearProjectId)?.id };
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      wrong(`is ${JSON.stringify(found)} and has to be ${JSON.stringify(wanted)}`);
    if (isImported && row.status === 'pending' && !row.claimAt) wrong('is pending and never became ready');
  }
  return findings;
};

/** Secrets, tokens and private texts in the logs. */
const leaks = ({ stack }: World): Finding[] => {
  const logs = stack.logs();
  const { clientSecret, webhookSecret } = stack.handles;
  const secrets: Record<string, string> = {
    'the client secret': clientSecret ?? '-',
    'the webhook secret': webhookSecret ?? '-',
    'a key of a person': 'lin_api_',
    'an access token': 'lin_oauth_',
    'a refresh token': 'lin_refresh_',
    'a JWT': 'eyJ',
    'a description or a comment': PRIVATE,
  };
  return Object.entries(secrets)
    .filter(([, secret]) => logs.includes(secret))
    .map(([what]) => ({
      check: 'logs',
      workspace: undefined,
      about: undefined,
      text: `${what} is in a log`,
    }));
};
