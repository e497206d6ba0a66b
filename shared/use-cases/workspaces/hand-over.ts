import type { History } from '../../data/workspaces/history.ts';
import type { Ownership } from '../../data/workspaces/ownership.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import { AppError } from '../../errors.ts';

type Deps = { ownership: Ownership; history: History; now: Now };

/** Makes a member of a workspace its owner. The former owner stays a member. */
export const handOver =
  ({ ownership, history, now }: Deps) =>
  async (workspace: WorkspaceRow, to: string): Promise<void> => {
    if (to === workspace.ownerId) return;
    if (!(await ownership.handOver(workspace, to, now())))
      throw new AppError(
        'conflict',
        'The subject is not a member of this workspace. Invite the subject first, and hand the workspace over once it has accepted.',
      );
    await history.note(workspace.id, 'owner_changed', now(), {
      ownerId: to,
      previousOwnerId: workspace.ownerId,
    });
  };

export type HandOver = ReturnType<typeof handOver>;
