import type { History } from '../data/workspaces/history.ts';
import type { WorkspaceRow } from '../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../data/workspaces/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { type Tokens, tokens } from '../use-cases/workspaces/tokens.ts';
import type { LinearClients } from './linear-clients.ts';
import type { Telemetry } from './telemetry.ts';

type Outside = Pick<LinearClients, 'oauth' | 'vault'> &
  Telemetry & {
    workspaces: Workspaces;
    history: History;
    now: Now;
    sleep: (ms: number) => Promise<void>;
    /** How long to wait for another function's refresh at the most. */
    waitMs?: number;
  };

export type TokenSource = {
  tokens: Tokens;
  /** Tells the operator and the owner that the workspace has to be connected again, and why. */
  needsReauth: (workspace: WorkspaceRow, why: string) => Promise<void>;
};

/** Valid tokens of every workspace, refreshed before they expire. They are cached for as long as this object lives. */
export const tokenSource = (outside: Outside): TokenSource => {
  const { history, error, count, now } = outside;
  const needsReauth = async ({ id: workspaceId }: WorkspaceRow, why: string): Promise<void> => {
    count('NeedsReauth');
    error('connect again', { workspaceId, reason: why });
    await history.note(workspaceId, 'needs_reauth', now(), { errors: [why] });
  };
  const onLost = (row: WorkspaceRow) => needsReauth(row, 'Linear refused to refresh the token, twice.');
  return { tokens: tokens({ ...outside, onLost }), needsReauth };
};
