import { ulid } from 'ulid';
import type { Features } from '../data/features.ts';
import type { Projects } from '../data/projects.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import type { Delivery } from '../domain/delivery.ts';
import { carriesLabel, projectionOf, type Trigger, withdrawalOf } from '../domain/feature.ts';
import { derivedId } from '../domain/ids.ts';
import { hadLabel, type Route, triggerAfter } from '../domain/ingest.ts';
import type { IssueSnapshot } from '../domain/issue.ts';
import { newSync } from '../domain/sync.ts';
import { triggerOf } from '../domain/workspace.ts';
import type { Applied, ApplyIssue } from './apply-issue.ts';
import type { Routes } from './routes.ts';

type IssueDelivery = Extract<Delivery, { is: 'issue' }>;
type LabelDelivery = Extract<Delivery, { is: 'label' }>;
type ProjectDelivery = Extract<Delivery, { is: 'project' }>;

/** What became of a delivery. `ignored`: a type or action we have no use for. */
export type Received =
  | Applied
  | 'hinted'
  | 'noted'
  | 'created'
  | 'updated'
  | 'expired'
  | 'ignored'
  | 'unknown_organization';

type Deps = {
  workspaces: Workspaces;
  projects: Projects;
  features: Features;
  routes: Routes;
  apply: ApplyIssue;
  now: Now;
};

/** Applies one signed webhook. What it throws is an outage: Linear has to send it again. */
export const receiveDelivery = ({ workspaces, projects, features, routes, apply, now }: Deps) => {
  /** A project we never saw, of an organization we know: mirrored from the little the event says. */
  const mirrorOnTheSpot = async (workspace: WorkspaceRow, { project, issue }: IssueDelivery) => {
    if (!project) return;
    const id = derivedId('project', project.id);
    const snapshot = {
      linearProjectId: project.id,
      name: project.name,
      description: '',
      linearUrl: project.url,
      linearState: 'backlog',
      linearTeamIds: [issue.teamId],
      // Older than anything Linear says, so that the first real look fills the row.
      linearUpdatedAt: new Date(0).toISOString(),
      archivedThere: false,
    };
    await projects.mirror({ ...snapshot, id, workspaceId: workspace.id }, { isKnown: false, now: now() });
  };

  const routeOf = async (workspace: WorkspaceRow, delivery: IssueDelivery): Promise<Route> => {
    const { issue, project } = delivery;
    const route = await routes.routeOf(workspace, issue.projectId);
    if (route.project || !project || !carriesLabel(issue, route)) return route;
    await mirrorOnTheSpot(workspace, delivery);
    return routes.routeOf(workspace, issue.projectId);
  };

  const follow = async (workspace: WorkspaceRow, trigger: Trigger): Promise<void> => {
    await workspaces.followTrigger(workspace, trigger, now());
    routes.forgetWorkspace(workspace.linearOrganizationId);
  };

  /** A label of the trigger's name that we did not know yet: needed to see it being removed. */
  const learnLabels = async (workspace: WorkspaceRow, issue: IssueSnapshot): Promise<void> => {
    const before = triggerOf(workspace);
    const after = issue.labels.reduce((trigger, { id, name }) => {
      const isNew = !trigger.triggerLabelIds.includes(id);
      return (isNew && triggerAfter(trigger, { id, name, isRemoved: false })) || trigger;
    }, before);
    if (after !== before) await follow(workspace, after);
  };

  const receiveIssue = async (workspace: WorkspaceRow, delivery: IssueDelivery): Promise<Received> => {
    const { issue, event, age } = delivery;
    const route = await routeOf(workspace, delivery);
    await learnLabels(workspace, issue);
    if (age === 'fresh') return apply.event(issue, event, route);

    // Late: what it says may long be over, so it only asks for a read; foreign issues ask for nothing.
    if (!hadLabel(event.updatedFrom, route) && !carriesLabel(issue, route)) return 'untracked';
    const { id, linearIssueId, version } = route.project
      ? projectionOf(issue, { ...route, projectId: route.project.id })
      : withdrawalOf(issue, workspace.id, 'moved_out');
    return features.hint({ id, workspaceId: workspace.id, linearIssueId, version }, now());
  };

  const receiveProject = async (workspace: WorkspaceRow, { project }: ProjectDelivery): Promise<Received> => {
    const id = derivedId('project', project.linearProjectId);
    const written = await projects.mirror(
      { ...project, id, workspaceId: workspace.id },
      { isKnown: true, now: now() },
    );
    if (written !== 'unchanged') routes.forgetProject(project.linearProjectId);
    return written;
  };

  const receiveLabel = async (workspace: WorkspaceRow, { label }: LabelDelivery): Promise<Received> => {
    const trigger = triggerAfter(triggerOf(workspace), label);
    if (!trigger) return 'unchanged';
    await follow(workspace, trigger);
    // Issues that bore it before it had the name, or bear it no longer, say nothing of it themselves.
    await workspaces.askSync(workspace.id, newSync(ulid(now())), now());
    return 'updated';
  };

  return async (delivery: Delivery): Promise<Received> => {
    if (delivery.age === 'expired') return 'expired';
    if (delivery.is === 'ignored') return 'ignored';
    const workspace = await routes.workspaceOf(delivery.organizationId);
    if (!workspace || workspace.connection === 'disconnected') return 'unknown_organization';
    switch (delivery.is) {
      case 'issue':
        return receiveIssue(workspace, delivery);
      case 'project':
        return receiveProject(workspace, delivery);
      case 'label':
        return receiveLabel(workspace, delivery);
      case 'revoked':
        // A hint like any other: a late one may be of an older connection, so the poller probes.
        return workspaces.noteRevoked(workspace.id, delivery.at, now());
    }
  };
};

export type ReceiveDelivery = ReturnType<typeof receiveDelivery>;
