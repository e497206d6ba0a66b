import type { Now } from '../../domain/clock.ts';

/** The worker looks for at least a second (serve-workspace.ts), so what is held back this long is seen by it. */
const EVERY_MS = 500;
const MOST_IDS = 250;
/** Workspaces that are remembered; beyond it those are forgotten that were kicked long ago. */
const REMEMBERED = 1_000;

type Kick = { workspaceId: string; featureIds: string[] };

/**
 * Kicks the poller at most once every 500 ms for each workspace, with the ids that gathered meanwhile. Nothing is
 * lost with an id that is never sent: its row is due.
 */
export const kick = ({ start, now }: { start: (kick: Kick) => Promise<void>; now: Now }) => {
  const kicked = new Map<string, { at: number; held: Set<string> }>();
  const isRecent = (at: number) => Math.abs(now() - at) < EVERY_MS;

  return async ({ workspaceId, featureIds }: Kick): Promise<void> => {
    const { at, held } = kicked.get(workspaceId) ?? { at: Number.NEGATIVE_INFINITY, held: new Set<string>() };
    for (const id of featureIds) held.add(id);
    if (isRecent(at)) return;
    if (kicked.size >= REMEMBERED) for (const [id, last] of kicked) if (!isRecent(last.at)) kicked.delete(id);
    kicked.set(workspaceId, { at: now(), held: new Set() });
    // The newest: the older ones have been due for longest, and a tick may have seen to them.
    await start({ workspaceId, featureIds: [...held].slice(-MOST_IDS) });
  };
};
