import { ingestion } from '../shared/composition/ingestion.ts';
import type { Db } from '../shared/data/client.ts';
import { workspacesTable } from '../shared/data/workspaces/workspaces.ts';
import { derivedId } from '../shared/domain/ids.ts';
import { projectByIssue } from '../shared/domain/mirror/project.ts';
import { TRIGGER, webhookExample } from './builders.ts';
import { connectWorkspace } from './connected.ts';

/** The organization of Linear's example webhooks. */
const ORGANIZATION = String(webhookExample('01-issue-create').organizationId);

/** Its workspace, connected, with its label known and its projects mirrored. Answers the workspace's id. */
export const connectOrganization = async (
  db: Db,
  linearProjects: readonly { id: string; name: string; url: string }[],
  organizationId = ORGANIZATION,
): Promise<string> => {
  const now = Date.now();
  const workspaces = workspacesTable(db, 'workspaces');
  const id = derivedId('workspace', organizationId);
  await connectWorkspace(workspaces, { id, now }, { linearOrganizationId: ORGANIZATION });
  const row = await workspaces.get(id);
  if (row)
    await workspaces.followTrigger(row, { triggerLabel: TRIGGER.name, triggerLabelIds: [TRIGGER.id] }, now);
  const tables = { PROJECTS_TABLE: 'projects', FEATURES_TABLE: 'features' };
  const { mirror } = ingestion(db, tables, { workspaces, now: Date.now });
  for (const project of linearProjects) await mirror.one(id, projectByIssue(project, 'team'));
  return id;
};
