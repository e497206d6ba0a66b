import type { ListedFeature } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import { isListed, type Withdrawal } from '../../domain/features/feature.ts';
import { type Placement, unfit } from '../../domain/features/placement.ts';
import { derivedId } from '../../domain/ids.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { closureText } from '../../domain/mirror/project.ts';
import { isOpen } from '../../domain/mirror/workflow-state.ts';
import { isDue } from '../../domain/schedule/due.ts';
import { AppError, notFound } from '../../errors.ts';
import { LinearError } from '../../linear/errors.ts';
import type { ApplyIssue } from '../mirror/apply-issue.ts';
import { askParents } from '../mirror/ask-parents.ts';
import type { Placements } from '../mirror/placements.ts';
import type { WithLinear } from '../workspaces/with-linear.ts';

type Deps = {
  features: Features;
  placements: Placements;
  apply: ApplyIssue;
  linear: WithLinear;
  startWork: (payload: { workspaceId: string; featureIds: string[] }) => Promise<void>;
  now: Now;
};

const refuse = (issue: IssueSnapshot, why: string) =>
  new AppError('conflict', `The issue ${issue.identifier} does not qualify: ${why}.`);

const reasons: Record<Withdrawal, (placement: Placement) => string> = {
  label_removed: ({ triggerLabel }) => `it does not carry the label "${triggerLabel}"`,
  moved_out: () => 'it is not in a project that is mirrored here',
  archived: () => 'it is archived in Linear',
  deleted: () => 'it was deleted in Linear',
  gone: () => 'Linear no longer shows it',
  access_lost: () => 'this app has no access to its team',
};

/**
 * Reads one issue with the workspace's own token and makes it a feature, as any read would. Throws `not_found` if
 * Linear does not show it to the workspace, and `conflict` with the reason if it does not qualify.
 */
export const fromLinear = ({ features, placements, apply, linear, startWork, now }: Deps) => {
  const { read: askParentsAfterRead } = askParents({ features, now });

  const read = async (workspaceId: string, linearIssueId: string): Promise<IssueSnapshot> => {
    const { issues } = await linear(workspaceId, (api) => api.issuesAndComments([linearIssueId])).catch(
      (error: unknown) => {
        // Linear does not accept it as an id.
        if (error instanceof LinearError && error.failure.is === 'refused')
          return { issues: { items: [], unreadable: [] } };
        throw error;
      },
    );
    const [unreadable] = issues.unreadable;
    if (unreadable) throw new AppError('conflict', `The issue cannot be stored: ${unreadable.why}.`);
    const issue = issues.items.find(({ id }) => id === linearIssueId);
    if (!issue) throw notFound('issue in Linear');
    return issue;
  };

  /** `projectId` is the project that the caller expects the issue in. Nothing is written if it is in another. */
  return async (
    workspace: WorkspaceRow,
    linearIssueId: string,
    projectId?: string,
  ): Promise<{ feature: ListedFeature; isNew: boolean }> => {
    const issue = await read(workspace.id, linearIssueId);
    if (issue.project) placements.forgetProject(issue.project.id);
    const placement = await placements.placementOf(workspace, issue);
    if (projectId !== undefined && placement.project && placement.project.id !== projectId)
      throw refuse(issue, `it is in another project, ${placement.project.id}`);

    const id = derivedId('feature', issue.id);
    const before = await features.get(id);
    await askParentsAfterRead(workspace, [issue], before ? [before] : []);
    const applied = await apply.read(issue, before, placement, { makesDue: true });
    const reason = unfit(issue, placement);
    if (reason) throw refuse(issue, reasons[reason](placement));
    if (applied === 'impossible') throw refuse(issue, 'it is too large to be stored');

    const feature = await features.get(id);
    if (feature?.workspaceId === workspace.id && isListed(feature)) {
      if (isDue(feature, now())) await startWork({ workspaceId: workspace.id, featureIds: [id] });
      return { feature, isNew: !(before && isListed(before)) };
    }
    if (!isOpen(issue.state.type)) throw refuse(issue, `it is already ${issue.state.name}`);
    const closure = placement.project?.closure;
    if (closure) throw refuse(issue, `its project ${closureText[closure]}`);
    throw refuse(issue, 'a newer version of it is known; read it again');
  };
};

export type FromLinear = ReturnType<typeof fromLinear>;
