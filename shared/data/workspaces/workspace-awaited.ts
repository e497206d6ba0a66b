import type { Awaited } from '../../domain/features/awaited.ts';
import { and } from '../condition.ts';
import { type WorkspaceRow, type WorkspacesTable, where } from './workspace-row.ts';

/** Which issues features depend on, as a filter. */
export const workspaceAwaited = (workspaces: WorkspacesTable) => ({
  /** Replaces the filter of `row`. Returns `false` if somebody else has changed it. */
  async saveAwaited(row: WorkspaceRow, awaited: Awaited | undefined): Promise<boolean> {
    const { ok } = await workspaces.update(
      { id: row.id },
      {
        set: { awaited },
        remove: [awaited ? undefined : 'awaited'],
        when: and(where.exists('ownerId'), where.asRead(row, 'awaited')),
      },
    );
    return ok;
  },
});
