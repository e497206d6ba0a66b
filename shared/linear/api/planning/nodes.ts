import * as z from 'zod/mini';
import type { LinearLabel, LinearMilestone } from '../../../domain/planning/change-set/linear-state.ts';
import { id, text } from '../../fields.ts';

/** `creatorId` tells whether a label with an id of ours was made by the app. */
export type PlanLabel = LinearLabel & { creatorId: string | null };
/** A milestone has no creator: only its content tells whether it is the one that was meant. */
export type PlanMilestone = LinearMilestone & { projectId: string };
/** The issue `issueId` comes first: of a `blocks` relation it is the one that blocks. */
export type PlanRelation = { id: string; type: string; issueId: string; relatedIssueId: string };
export type PlanAttachment = {
  id: string;
  issueId: string;
  url: string;
  title: string;
  creatorId: string | null;
};

const reference = z.optional(z.nullable(z.object({ id })));

export const labelFields = 'id name isGroup parent { id } team { id } creator { id }';
export const PlanLabelNode = z.pipe(
  z.object({
    id,
    name: text(10_000),
    isGroup: z.boolean(),
    parent: reference,
    team: reference,
    creator: reference,
  }),
  z.transform(
    ({ parent, team, creator, ...label }): PlanLabel => ({
      ...label,
      groupId: parent?.id ?? null,
      teamId: team?.id ?? null,
      creatorId: creator?.id ?? null,
    }),
  ),
);

export const milestoneFields = 'id name description targetDate project { id }';
export const PlanMilestoneNode = z.pipe(
  z.object({
    id,
    name: text(10_000),
    description: z.optional(z.nullable(text(1_000_000))),
    targetDate: z.optional(z.nullable(text(100))),
    project: z.object({ id }),
  }),
  z.transform(
    ({ project, description, targetDate, ...milestone }): PlanMilestone => ({
      ...milestone,
      description: description ?? '',
      targetDate: targetDate ?? null,
      projectId: project.id,
    }),
  ),
);

export const relationFields = 'id type issue { id } relatedIssue { id }';
export const PlanRelationNode = z.pipe(
  z.object({ id, type: text(100), issue: z.object({ id }), relatedIssue: z.object({ id }) }),
  z.transform(
    ({ issue, relatedIssue, ...relation }): PlanRelation => ({
      ...relation,
      issueId: issue.id,
      relatedIssueId: relatedIssue.id,
    }),
  ),
);

export const attachmentFields = 'id url title issue { id } creator { id }';
export const PlanAttachmentNode = z.pipe(
  z.object({ id, url: text(10_000), title: text(10_000), issue: z.object({ id }), creator: reference }),
  z.transform(
    ({ issue, creator, ...attachment }): PlanAttachment => ({
      ...attachment,
      issueId: issue.id,
      creatorId: creator?.id ?? null,
    }),
  ),
);
