import type * as z from 'zod/mini';
import type { ListedFeature as FeatureRow } from '../../../shared/data/features/feature-row.ts';
import { shownDependencies } from '../../../shared/domain/features/dependencies.ts';
import { shownReadiness } from '../../../shared/domain/features/readiness.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import type { Place } from '../authorization.ts';
import type { ClaimedFeature, Feature, ListedFeature } from './schemas.ts';

export const presentListedFeature = (row: FeatureRow, place: Place): z.input<typeof ListedFeature> => ({
  id: row.id,
  workspaceId: row.workspaceId,
  projectId: row.projectId,
  name: row.issue.name,
  priority: row.issue.priority,
  category: row.issue.category,
  status: row.status,
  ...shownReadiness(row, place, place.now),
  withdrawn: row.withdrawn,
  ...shownDependencies(row, place.workspace.settings),
  runId: row.runId,
  failure: row.failure,
  linearIssueId: row.linearIssueId,
  linearIssueUrl: row.issue.url,
  identifier: row.issue.identifier,
  linearState: row.issue.state,
  linearLabels: row.issue.labels,
  linearAssignee: row.issue.assignee,
  estimate: row.issue.estimate,
  parent: row.issue.parent && {
    ...row.issue.parent,
    featureId: derivedId('feature', row.issue.parent.linearIssueId),
  },
  leaseUntil: row.status === 'in_progress' ? row.leaseUntil : undefined,
  linearUpdatedAt: row.linearUpdatedAt,
  revision: row.revision,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

export const presentFeature = (
  row: FeatureRow,
  description: string,
  place: Place,
): z.input<typeof Feature> => ({
  ...presentListedFeature(row, place),
  description,
  descriptionTruncated: row.issue.descriptionTruncated,
});

export const presentClaimed = (
  { feature, runId, leaseUntil }: { feature: FeatureRow; runId: string; leaseUntil: string },
  description: string,
  place: Place,
): z.input<typeof ClaimedFeature> => ({
  ...presentFeature(feature, description, place),
  runId,
  leaseUntil,
});
