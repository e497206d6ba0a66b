import type { Now } from '../../domain/clock.ts';

/** A worker looks for more for at least a second (worker.ts), so it finds what is held back this long. */
const EVERY_MS = 500;
const MOST_IDS = 250;
/** How many workspaces are remembered. Beyond that, those that were not kicked lately are forgotten. */
const REMEMBERED = 1_000;

type Kick = { workspaceId: string; featureIds: string[] };

/**
 * Kicks the poller at most once every 500 ms for each workspace, with the ids that gathered meanwhile. An id that is
 * never sent does no harm, because its row is due.
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
    // The newest ids. The older ones have been due longer, so a tick may have served them already.
    await start({ workspaceId, featureIds: [...held].slice(-MOST_IDS) });
  };
};
