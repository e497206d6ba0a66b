import { BoundedMap } from '../../../bounded-map.ts';
import type { Now } from '../../../domain/clock.ts';
import type { WorkflowState } from '../../../domain/mirror/workflow-state.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';

/** How long a renamed or moved state may go unnoticed. A state that is gone is noticed at the first refusal. */
const CACHE_MS = 10 * 60_000;
/** Far more than the teams of one batch (250 features), which must all be known at the same time. */
const KEPT_TEAMS = 2_000;

/** The workflow states of teams, read when first needed and kept for ten minutes. */
export const teamStates = ({ linear, now }: { linear: WithLinear; now: Now }) => {
  const kept = new BoundedMap<{ states: WorkflowState[]; until: number }>(KEPT_TEAMS);

  return {
    of: (teamId: string): readonly WorkflowState[] => kept.get(teamId)?.states ?? [],
    forget: (teamId: string) => kept.delete(teamId),

    /** Reads the states of those teams that are not known. Answers how many requests that took. */
    async load(workspaceId: string, teamIds: ReadonlySet<string>): Promise<number> {
      const wanted = [...teamIds].filter((id) => (kept.get(id)?.until ?? 0) <= now());
      if (wanted.length === 0) return 0;
      const found = new Map(wanted.map((id) => [id, [] as WorkflowState[]]));
      let requests = 0;
      let cursor: string | undefined;
      do {
        const page = await linear(workspaceId, (api) => api.workflowStates(wanted, cursor));
        for (const { teamId, ...state } of page.items) found.get(teamId)?.push(state);
        cursor = page.next;
        requests++;
      } while (cursor);
      for (const [id, states] of found) kept.set(id, { states, until: now() + CACHE_MS });
      return requests;
    },
  };
};
