import type { FeatureRow } from '../../../../shared/data/features/feature-row.ts';
import type { Interceptor } from '../interceptor.ts';
import type { Blocking } from './blocking.ts';

/** The requests to Linear that read what blocks issues, whose ids are their first argument. */
const READS = new Set(['issuesAndComments']);

/**
 * Watches what a poller hands out: `wrong` names each feature that was handed out although an open blocker stood when
 * its blockers were last read before its row was settled. The rows of the local Linear decide, not its answers.
 */
export const watchHandOuts = (linear: Blocking) => {
  const lastRead = new Map<string, string[]>();
  const confirmed = new Map<string, string[]>();
  const wrong: string[] = [];
  let count = 0;

  const handedOut = (issueId: string, how: string): void => {
    count++;
    const blockers = confirmed.get(issueId);
    if (!blockers) wrong.push(`${how} without a read: ${issueId}`);
    else if (blockers.length > 0) wrong.push(`${how}: ${issueId}, blocked by ${blockers}`);
  };

  const watch: Interceptor = async (to, what, call, args) => {
    if (to === 'linear' && READS.has(what)) {
      const standing = (args[0] as string[]).map(
        (id) => [id, linear.openBlockersOf(id).map((blocker) => blocker.id)] as const,
      );
      const answer = await call();
      for (const [id, blockers] of standing) lastRead.set(id, blockers);
      return answer;
    }
    if (what === 'putEvents')
      for (const { issue } of args[0] as { issue: { id: string } }[]) handedOut(issue.id, 'announced');
    if (what !== 'settle') return call();
    const { linearIssueId } = args[0] as FeatureRow;
    const blockers = lastRead.get(linearIssueId);
    const answer = await call();
    if (answer === 'settled' && blockers) confirmed.set(linearIssueId, blockers);
    return answer;
  };

  return { watch, handedOut, wrong, count: () => count };
};
