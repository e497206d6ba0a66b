import type { History } from '../../data/workspaces/history.ts';
import type { Ownership } from '../../data/workspaces/ownership.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import { AppError } from '../../errors.ts';

type Deps = { ownership: Ownership; history: History; now: Now };

/** The owner of a workspace makes one of its members the owner, and stays a member. */
export const handOver =
  ({ ownership, history, now }: Deps) =>
  async (workspace: WorkspaceRow, to: string): Promise<void> => {
    if (to === workspace.ownerId) return;
    if (!(await ownership.handOver(workspace, to, now())))
      throw new AppError(
        'conflict',
        'The subject is not a member of this workspace. Invite it, and hand over once it has accepted.',
      );
    await history.note(workspace.id, 'owner_changed', now(), {
      ownerId: to,
      previousOwnerId: workspace.ownerId,
    });
  };

export type HandOver = ReturnType<typeof handOver>;
