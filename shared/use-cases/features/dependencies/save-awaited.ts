import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../../data/workspaces/workspaces.ts';
import { withAwaited } from '../../../domain/features/awaited.ts';

/** How often it is tried while others change the filter. If it fails, the reconcile finds what webhooks cannot tell. */
const ATTEMPTS = 5;

/** Lets webhooks know that features depend on these issues. */
export const saveAwaited =
  ({ workspaces }: { workspaces: Pick<Workspaces, 'get' | 'saveAwaited'> }) =>
  async (workspace: WorkspaceRow, issueIds: readonly string[]): Promise<void> => {
    let row: WorkspaceRow | undefined = workspace;
    for (let attempt = 0; attempt < ATTEMPTS && row; attempt++) {
      if (await workspaces.saveAwaited(row, withAwaited(row.awaited, issueIds))) return;
      row = await workspaces.get(workspace.id);
    }
  };
