import { ulid } from 'ulid';
import type { Claimable } from '../../data/features/feature-claims.ts';
import type { ListedFeature } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { ProjectRow } from '../../data/mirror/project-row.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import { waitingBy } from '../../domain/features/claim-place.ts';
import { claimPartition, isListed, priorities } from '../../domain/features/feature.ts';
import { closureOf, closureText } from '../../domain/mirror/project.ts';
import { leaseEnd } from '../../domain/workspaces/settings.ts';
import { AppError } from '../../errors.ts';

/** How many rows are read. Four times as many after each lost race, so that many callers spread out. */
const FIRST_PAGE = 25;
const LARGEST_PAGE = 1_000;
/** A caller that loses this many races competes with too many others. */
const MAX_LOSSES = 40;

type Deps = {
  features: Features;
  startWork: (payload: { workspaceId: string; featureIds: string[] }) => Promise<void>;
  now: Now;
};

const refuse = (why: string) => new AppError('conflict', `Nothing can be claimed here: ${why}.`);

/**
 * Hands out the most urgent ready feature of a project, with a new run under a lease, or nothing if there is none.
 * No feature is handed out twice, because a condition on its row decides; the index only suggests which row to try.
 * Throws `conflict` if the project hands nothing out at all.
 */
export const claim = ({ features, startWork, now }: Deps) => {
  /**
   * Picks a feature of a priority at random among those that most others wait for, or nothing if all of them are known
   * to be taken.
   */
  const pick = async (claimIn: string, limit: number, taken: ReadonlySet<string>) => {
    let start: Awaited<ReturnType<Features['claimable']>>['next'];
    do {
      const page: Awaited<ReturnType<Features['claimable']>> = await features.claimable(claimIn, {
        now: now(),
        limit,
        start,
      });
      const free = page.items.filter((each) => !taken.has(keyOf(each)));
      const [first] = free;
      if (first) {
        const equals = free.filter(({ claimAt }) => waitingBy(claimAt) === waitingBy(first.claimAt));
        return equals[Math.floor(Math.random() * equals.length)];
      }
      start = page.next;
    } while (start);
    return undefined;
  };

  return async (
    workspace: WorkspaceRow,
    project: ProjectRow,
  ): Promise<{ feature: ListedFeature; runId: string; leaseUntil: string } | undefined> => {
    if (workspace.settings.dispatch !== 'pull')
      throw refuse('the workspace announces its features (its setting `dispatch` is `push`)');
    if (workspace.connection !== 'connected')
      throw refuse(`the workspace is ${workspace.connection}, and its owner has to connect it again`);
    const closure = closureOf(project);
    if (closure) throw refuse(`the project ${closureText[closure]}`);

    const runId = ulid(now());
    // The index may lag behind, so a feature that was lost once is not tried again.
    const taken = new Set<string>();
    let limit = FIRST_PAGE;
    for (const priority of priorities) {
      const claimIn = claimPartition(project.id, priority);
      for (
        let picked = await pick(claimIn, limit, taken);
        picked;
        picked = await pick(claimIn, limit, taken)
      ) {
        const until = leaseEnd(workspace.settings, now());
        if (await features.claim(picked, { workspaceId: workspace.id, runId, until, now: now() })) {
          await startWork({ workspaceId: workspace.id, featureIds: [picked.id] });
          const feature = await features.get(picked.id);
          if (!feature || !isListed(feature)) throw new Error('The claimed row is not a feature.');
          return { feature, runId, leaseUntil: new Date(until).toISOString() };
        }
        taken.add(keyOf(picked));
        if (taken.size >= MAX_LOSSES)
          throw new AppError('rate_limited', 'Too many callers are claiming at the same time. Try again.');
        limit = Math.min(limit * 4, LARGEST_PAGE);
      }
    }
    return undefined;
  };
};

const keyOf = ({ id, claimAt }: Claimable): string => `${id}#${claimAt}`;

export type Claim = ReturnType<typeof claim>;
