import { ulid } from 'ulid';
import type { MirroredFeatures } from '../../data/features/features.ts';
import type { MirroredIssues } from '../../data/mirror/linear-issue-events.ts';
import type { Mirrored } from '../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { mayBeAwaited } from '../../domain/features/awaited.ts';
import { blockerStateOf, mayChangeBlocking, toldOf } from '../../domain/features/dependencies.ts';
import { projectionOf, withdrawalOf } from '../../domain/features/feature.ts';
import { hadLabel } from '../../domain/features/placement.ts';
import { derivedId } from '../../domain/ids.ts';
import { isPlanned } from '../../domain/mirror/cached-issue.ts';
import {
  type Delivery,
  type DeliveryKind,
  type IssueEvent,
  type KnownDelivery,
  moverOf,
} from '../../domain/mirror/delivery.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { newSync } from '../../domain/mirror/sync.ts';
import { carriesLabel, type Trigger, triggerAfter } from '../../domain/mirror/trigger.ts';
import { triggerOf } from '../../domain/workspaces/trigger.ts';
import type { Applied, ApplyIssue } from './apply-issue.ts';
import { askParents } from './ask-parents.ts';
import { cacheEvent } from './cache-event.ts';
import type { MirrorProjects } from './mirror-projects.ts';
import type { Placements } from './placements.ts';
import { retryLater } from './retry-later.ts';

/** What became of a delivery. `ignored`: a type or action we have no use for. */
export type Received =
  | Applied
  | Mirrored
  | 'hinted'
  | 'noted'
  | 'expired'
  | 'ignored'
  | 'unreadable'
  | 'unknown_organization';

/** What each kind of delivery asks for. */
type Receivers = {
  [Kind in DeliveryKind]: (workspace: WorkspaceRow, delivery: KnownDelivery<Kind>) => Promise<Received>;
};

type Deps = {
  workspaces: Workspaces;
  features: MirroredFeatures;
  linearIssues: MirroredIssues;
  placements: Placements;
  apply: ApplyIssue;
  mirror: MirrorProjects;
  startWork: (payload: { workspaceId: string; featureIds: string[] }) => Promise<void>;
  now: Now;
};

/** Applies one signed webhook. What it throws is an outage: Linear has to send it again. */
export const receiveDelivery = (deps: Deps) => {
  const { workspaces, features, placements, apply, mirror, startWork, now } = deps;
  const cache = cacheEvent(deps);
  const retry = retryLater({ features, now });
  const { event: askParentsAfterEvent } = askParents({ features, now });

  const follow = async (workspace: WorkspaceRow, trigger: Trigger): Promise<void> => {
    await workspaces.followTrigger(workspace, trigger, now());
    placements.forgetWorkspace(workspace.linearOrganizationId);
  };

  /** Learns the id of a label with the trigger's name, which is needed to notice its removal. */
  const learnLabels = async (workspace: WorkspaceRow, issue: IssueSnapshot): Promise<void> => {
    const before = triggerOf(workspace);
    const after = issue.labels.reduce((trigger, { id, name }) => {
      const isNew = !trigger.triggerLabelIds.includes(id);
      return (isNew && triggerAfter(trigger, { id, name, isRemoved: false })) || trigger;
    }, before);
    if (after !== before) await follow(workspace, after);
  };

  /** Makes an issue due that features depend on, if it may have begun or ceased to block them. */
  const wakeBlocker = async (
    workspace: WorkspaceRow,
    issue: IssueSnapshot,
    event: IssueEvent,
  ): Promise<boolean> => {
    if (!mayBeAwaited(workspace.awaited, issue.id) || !mayChangeBlocking(event)) return false;
    const seenAs = event.action === 'remove' ? 'closed' : toldOf({ state: blockerStateOf(issue) });
    const keys = { linearIssueId: issue.id, workspaceId: workspace.id };
    return features.makeBlockerDue(keys, now(), { seenAs });
  };

  /** The delivery does not say which issues are affected, so a full sync reads them all again. */
  const readAgain = (workspace: WorkspaceRow) =>
    workspaces.askSync(workspace.id, newSync(ulid(now()), 'full', { now: now() }), {
      again: true,
      now: now(),
    });

  const receivers: Receivers = {
    async issue(workspace, delivery) {
      const { issue } = delivery;
      const isOurs = delivery.actorId === workspace.appUserId;
      const event = { ...delivery.event, mover: moverOf(delivery.event.updatedFrom, isOurs) };
      const placement = await placements.placementOf(workspace, issue);
      await learnLabels(workspace, issue);
      await askParentsAfterEvent(workspace, issue, event, placement);
      const isAwaited = await wakeBlocker(workspace, issue, event);
      const isTrusted = delivery.age === 'fresh' && !workspace.revokedAt;
      // What is a feature here, or wakes one, is read soon, and cached then: an event costs one write.
      const isTracked = carriesLabel(issue, placement) || hadLabel(event.updatedFrom, placement);
      if (!isTracked && !isAwaited && isPlanned(issue)) return cache(workspace.id, issue, event, isTrusted);
      if (isTrusted) {
        const applied = await apply.event(issue, event, placement);
        // Those that wait for it are told at once, and not at the next tick.
        if (isAwaited)
          await startWork({ workspaceId: workspace.id, featureIds: [derivedId('feature', issue.id)] });
        return applied;
      }

      // A late delivery, or one after a revocation, may be outdated, so it only asks for a read, and only if the
      // issue may be ours.
      if (!isTracked) return 'untracked';
      const { id, linearIssueId, version } = placement.project
        ? projectionOf(issue, { ...placement, projectId: placement.project.id })
        : withdrawalOf(issue, workspace.id, 'moved_out');
      return features.hint({ id, workspaceId: workspace.id, linearIssueId, version }, now());
    },

    async unreadable_issue(workspace, { issueId, why }) {
      await retry(workspace.id, issueId, why);
      return 'unreadable';
    },

    async project(workspace, { project }) {
      if (workspace.revokedAt) {
        await readAgain(workspace);
        return 'hinted';
      }
      const written = await mirror.one(workspace.id, project);
      if (written !== 'unchanged') placements.forgetProject(project.linearProjectId);
      return written;
    },

    async label(workspace, { label }) {
      const trigger = triggerAfter(triggerOf(workspace), label);
      if (!trigger) return 'unchanged';
      // In this order: a retry finds nothing to do once the label is followed.
      await readAgain(workspace);
      await follow(workspace, trigger);
      return 'updated';
    },

    async access(workspace) {
      await readAgain(workspace);
      return 'updated';
    },

    /** Only a hint, like any late delivery: the revocation may be of an older connection, so the poller probes. */
    async revoked(workspace, { at }) {
      const noted = await workspaces.noteRevoked(workspace.id, at, now());
      placements.forgetWorkspace(workspace.linearOrganizationId);
      return noted;
    },
  };

  const receive = <Kind extends DeliveryKind>(workspace: WorkspaceRow, delivery: KnownDelivery<Kind>) => {
    const receiver: Receivers[Kind] = receivers[delivery.is];
    return receiver(workspace, delivery);
  };

  return async (delivery: Delivery): Promise<Received> => {
    if (delivery.age === 'expired') return 'expired';
    if (delivery.is === 'ignored') return 'ignored';
    const workspace = await placements.workspaceOf(delivery.organizationId);
    if (!workspace || workspace.connection === 'disconnected') return 'unknown_organization';
    return receive(workspace, delivery);
  };
};

export type ReceiveDelivery = ReturnType<typeof receiveDelivery>;
