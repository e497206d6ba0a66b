import * as z from 'zod/mini';
import { id, text } from '../../fields.ts';
import { Head } from '../../pages.ts';
import { operation, page } from '../operation.ts';
import { issueVariables, Link, OF_A_PAGE, planIssueFields } from './issue-node.ts';
import {
  attachmentFields,
  labelFields,
  milestoneFields,
  PlanAttachmentNode,
  PlanLabelNode,
  PlanMilestoneNode,
} from './nodes.ts';

const pageInfo = 'pageInfo { hasNextPage endCursor }';
const issueFields = planIssueFields(OF_A_PAGE, '@include(if: $withRelations)');

/** The labels that issues of a team can have, and their groups. */
const ofTeam = '{ or: [{ team: { null: true } }, { team: { id: { eq: $teamId } } }] }';

const Project = z.object({
  id,
  name: text(10_000),
  archivedAt: z.optional(z.nullable(z.string())),
  trashed: z.optional(z.nullable(z.boolean())),
  teams: z.object({ nodes: z.array(z.object({ id })) }),
});

const Team = z.object({
  id,
  key: text(100),
  name: text(10_000),
  // No estimate is on a scale that we do not know, which the preview of a plan then says.
  issueEstimationType: z.catch(
    z.enum(['notUsed', 'exponential', 'fibonacci', 'linear', 'tShirt']),
    'notUsed',
  ),
  issueEstimationAllowZero: z.boolean(),
  issueEstimationExtended: z.boolean(),
  defaultIssueState: z.optional(z.nullable(z.object({ id }))),
  /** The canceled ones. */
  states: z.object({ nodes: z.array(z.object({ id, position: z.number() })) }),
  cycles: z.object({
    nodes: z.array(
      z.object({
        id,
        number: z.number(),
        name: z.optional(z.nullable(text(10_000))),
        startsAt: z.string(),
        endsAt: z.string(),
      }),
    ),
  }),
});
export type TeamNode = z.output<typeof Team>;

/**
 * A page of a project's issues. The first page comes with everything else that a plan is compared with.
 * All of it costs 8,966 points of the 10,000 that Linear allows for a query.
 */
export const planProject = operation(
  `query PlanProject($projectId: ID!, $teamId: ID!, $now: DateTimeOrDuration!, $after: String,
    $withHead: Boolean!, $withRelations: Boolean!, ${issueVariables}
  ) {
    viewer @include(if: $withHead) { id }
    projects(first: 1, includeArchived: true, filter: { id: { eq: $projectId } }) @include(if: $withHead) {
      nodes { id name archivedAt trashed teams(first: 250) { nodes { id } } }
    }
    teams(first: 1, filter: { id: { eq: $teamId } }) @include(if: $withHead) {
      nodes {
        id key name issueEstimationType issueEstimationAllowZero issueEstimationExtended defaultIssueState { id }
        states(first: 50, filter: { type: { eq: "canceled" } }) { nodes { id position } }
        cycles(first: 50, filter: { endsAt: { gt: $now } }) { nodes { id number name startsAt endsAt } }
      }
    }
    labels: issueLabels(first: 250, filter: ${ofTeam}) @include(if: $withHead) {
      nodes { ${labelFields} } ${pageInfo}
    }
    milestones: projectMilestones(first: 250, filter: { project: { id: { eq: $projectId } } })
      @include(if: $withHead) { nodes { ${milestoneFields} } ${pageInfo} }
    issues(first: 250, after: $after, includeArchived: true, filter: { project: { id: { eq: $projectId } } }) {
      nodes { ${issueFields} } ${pageInfo}
    }
  }`,
  z.object({
    viewer: z.optional(z.object({ id })),
    projects: z.optional(z.object({ nodes: z.array(Project) })),
    teams: z.optional(z.object({ nodes: z.array(Team) })),
    labels: z.optional(page(PlanLabelNode)),
    milestones: z.optional(page(PlanMilestoneNode)),
    issues: page(Head),
  }),
);

export const planLabels = operation(
  `query PlanLabels($teamId: ID!, $after: String) {
    labels: issueLabels(first: 250, after: $after, filter: ${ofTeam}) { nodes { ${labelFields} } ${pageInfo} }
  }`,
  z.object({ labels: page(PlanLabelNode) }),
);

export const planMilestones = operation(
  `query PlanMilestones($projectId: ID!, $after: String) {
    milestones: projectMilestones(first: 250, after: $after, filter: { project: { id: { eq: $projectId } } }) {
      nodes { ${milestoneFields} } ${pageInfo}
    }
  }`,
  z.object({ milestones: page(PlanMilestoneNode) }),
);

export const planIssues = operation(
  `query PlanIssues($issueIds: [ID!]!, $withRelations: Boolean!, ${issueVariables}) {
    issues(first: 250, includeArchived: true, filter: { id: { in: $issueIds } }) { nodes { ${issueFields} } }
  }`,
  z.object({ issues: z.object({ nodes: z.array(Head) }) }),
);

/** All links of issues that have as many as a page selects. */
export const planLinks = operation(
  `query PlanLinks($issueIds: [ID!]!, $linkPrefix: String!) {
    issues(first: 25, includeArchived: true, filter: { id: { in: $issueIds } }) {
      nodes { id links: attachments(first: 250, filter: { url: { startsWith: $linkPrefix } }) { nodes { url } } }
    }
  }`,
  z.object({
    issues: z.object({ nodes: z.array(z.object({ id, links: z.object({ nodes: z.array(Link) }) })) }),
  }),
);

/** What stands under some ids, with what tells who made it. */
export const planEntities = operation(
  `query PlanEntities($labelIds: [ID!]!, $milestoneIds: [ID!]!, $attachmentIds: [ID!]!) {
    labels: issueLabels(first: 250, includeArchived: true, filter: { id: { in: $labelIds } }) {
      nodes { ${labelFields} }
    }
    milestones: projectMilestones(first: 250, includeArchived: true, filter: { id: { in: $milestoneIds } }) {
      nodes { ${milestoneFields} }
    }
    attachments(first: 250, includeArchived: true, filter: { id: { in: $attachmentIds } }) {
      nodes { ${attachmentFields} }
    }
  }`,
  z.object({
    labels: z.object({ nodes: z.array(PlanLabelNode) }),
    milestones: z.object({ nodes: z.array(PlanMilestoneNode) }),
    attachments: z.object({ nodes: z.array(PlanAttachmentNode) }),
  }),
);
