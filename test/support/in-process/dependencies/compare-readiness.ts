import { presentListedFeature } from '../../../../lambdas/api/features/present.ts';
import { isListed } from '../../../../shared/domain/features/feature.ts';
import { derivedId } from '../../../../shared/domain/ids.ts';
import type { ConnectedWorkspace } from '../workspace.ts';
import type { Blocking } from './blocking.ts';
import type { Group } from './dependency-histories.ts';

/**
 * Compares what the API shows of each issue's feature with what Linear says, and answers what differs. `shown` counts
 * what was compared. A feature that was read while its blocker was out of sight may not know of it before the day's
 * sweep.
 */
export const compareReadiness =
  (workspace: ConnectedWorkspace, linear: Blocking, labelId: string) =>
  async (groups: readonly Group[], { isSwept }: { isSwept: boolean }) => {
    const { features, projects, now } = workspace.parts.deps;
    const shown = { blocked: 0, free: 0, inCircles: 0 };
    const wrong: string[] = [];
    const ids = groups.flatMap((group) => group.ids);
    const rows = await features.getMany(ids.map((id) => derivedId('feature', id)));
    const rowOf = new Map(rows.map((row) => [row.linearIssueId, row]));
    const qualifies = (id: string): boolean => {
      const issue = linear.issue(id);
      return (
        issue !== undefined &&
        linear.isVisible(issue) &&
        linear.isThere(issue) &&
        issue.projectId !== null &&
        issue.labelIds.includes(labelId)
      );
    };
    const isInPlay = (id: string): boolean => {
      const issue = linear.issue(id);
      return (
        issue !== undefined && qualifies(id) && linear.isOpen(issue) && rowOf.get(id)?.issue !== undefined
      );
    };
    /** Whether an issue is reached again by following what blocks it, through the features in play. */
    const circleOf = (id: string, among: readonly string[]): boolean => {
      const reached = new Set<string>();
      const follow = (from: string): boolean =>
        linear.openBlockersOf(from).some((blocker) => {
          if (blocker.id === id) return true;
          if (reached.has(blocker.id) || !among.includes(blocker.id)) return false;
          reached.add(blocker.id);
          return follow(blocker.id);
        });
      return among.includes(id) && follow(id);
    };
    const around = { workspace: await workspace.row(), now: now() };
    for (const group of groups)
      for (const id of group.ids) {
        const issue = linear.issue(id);
        const row = rowOf.get(id);
        if (row?.dueAt !== undefined && row.dueAt <= new Date(now()).toISOString())
          wrong.push(`${id} is still due`);
        // What was closed before we saw it is not imported.
        if (!issue || !qualifies(id) || !linear.isOpen(issue)) continue;
        const project = await projects.get(derivedId('project', issue.projectId ?? ''));
        if (!row || !isListed(row) || !project) {
          wrong.push(`${id} has no feature\n  ${group.story.join('\n  ')}`);
          continue;
        }
        const shows = presentListedFeature(row, { ...around, project });
        const open = linear.openBlockersOf(id).map((blocker) => blocker.id);
        const say = (what: string) =>
          wrong.push(`issue ${group.ids.indexOf(id)} (${id}): ${what}\n  ${group.story.join('\n  ')}`);
        if (!isSwept && open.some((blocker) => group.hidden.has(blocker))) continue;
        shown[open.length > 0 ? 'blocked' : 'free']++;
        if (row.status === 'pending' && shows.ready !== (open.length === 0))
          say(`ready is ${shows.ready}, ${open.length} block it`);
        if ((row.claimAt ?? row.readyAt) !== undefined && open.length > 0) say('it can be handed out');
        const { blockers = [], cycle } = row;
        // Those that are closed may be out of date, because they make no difference.
        const known = blockers.flatMap(({ linearIssueId, state }) =>
          state === 'open' ? [linearIssueId] : [],
        );
        if (known.toSorted().join() !== open.toSorted().join())
          say(`it is blocked by [${known}], not by [${open}]`);
        const circle = circleOf(id, group.ids.filter(isInPlay));
        if (circle) shown.inCircles++;
        if ((isSwept || group.hidden.size === 0) && (cycle !== undefined) !== circle)
          say(`it says ${JSON.stringify(cycle)}, circle: ${circle}`);
      }
    return { wrong, shown };
  };
