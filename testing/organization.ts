import { mirror } from '../shared/composition/mirror.ts';
import { mirrorStores } from '../shared/composition/mirror-stores.ts';
import type { Db } from '../shared/data/client.ts';
import { derivedId } from '../shared/domain/ids.ts';
import { projectByIssue } from '../shared/domain/mirror/project.ts';
import { TRIGGER, webhookExample } from './builders.ts';
import { connectWorkspace } from './connected.ts';
import { tableNames } from './tables.ts';

/** The organization of Linear's example webhooks. */
const ORGANIZATION = String(webhookExample('01-issue-create').organizationId);

/** Connects the workspace of that organization, with its label and projects. Returns the workspace's id. */
export const connectOrganization = async (
  db: Db,
  linearProjects: readonly { id: string; name: string; url: string }[],
  organizationId = ORGANIZATION,
): Promise<string> => {
  const now = Date.now();
  const stores = mirrorStores(db, tableNames);
  const { workspaces } = stores;
  const id = derivedId('workspace', organizationId);
  await connectWorkspace(workspaces, { id, now }, { linearOrganizationId: organizationId });
  const row = await workspaces.get(id);
  if (row)
    await workspaces.followTrigger(row, { triggerLabel: TRIGGER.name, triggerLabelIds: [TRIGGER.id] }, now);
  const { mirror: projects } = mirror({ ...stores, now: Date.now });
  for (const project of linearProjects) await projects.one(id, projectByIssue(project, 'team'));
  return id;
};
