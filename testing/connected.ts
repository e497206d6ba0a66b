import type { Connected } from '../shared/data/workspaces/workspace-connections.ts';
import type { Workspaces } from '../shared/data/workspaces/workspaces.ts';
import { newSync } from '../shared/domain/mirror/sync.ts';
import { defaultSettings } from '../shared/domain/workspaces/settings.ts';

const DAY_MS = 86_400_000;

/** Connects a workspace for its first owner, as the OAuth flow does. `now` is in epoch milliseconds. */
export const connectWorkspace = (
  workspaces: Workspaces,
  { id, now }: { id: string; now: number },
  changes: Partial<Connected> = {},
) => {
  const connected = {
    id,
    ownerId: 'owner',
    linearOrganizationId: id,
    linearOrganizationName: 'Acme',
    linearOrganizationUrlKey: 'acme',
    linearDefaultTeamId: undefined,
    appUserId: 'app',
    sealedTokens: 'sealed',
    tokenExpiresAt: new Date(now + DAY_MS).toISOString(),
    settings: defaultSettings,
    sync: newSync('sync', 'connect', { now }),
    ...changes,
  };
  return workspaces.connect(connected, { as: 'owner', tenancy: 0, now });
};
