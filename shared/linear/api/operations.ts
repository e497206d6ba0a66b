import * as z from 'zod/mini';
import { Head } from '../pages.ts';
import { issueFields } from './issue-node.ts';
import { operation, page } from './operation.ts';
import { projectFields } from './project-node.ts';
import { blockerFields, InverseRelations, RELATIONS_AT_ONCE } from './relations/relation-operations.ts';

/** The first relations that end at an issue, among them those that block it. */
const inverseRelations = `inverseRelations(first: ${RELATIONS_AT_ONCE}) @include(if: $withBlockers) {
  nodes { ${blockerFields} }
}`;
const BlockedHead = z.extend(Head, { inverseRelations: z.optional(InverseRelations) });

/** The app's user in this organization, and one of its teams. */
export const viewer = operation(
  `query Viewer { viewer { id } organization { id name urlKey } teams(first: 1) { nodes { id } } }`,
  z.object({
    viewer: z.object({ id: z.string() }),
    organization: z.object({ id: z.string(), name: z.string(), urlKey: z.string() }),
    teams: z.object({ nodes: z.array(z.object({ id: z.string() })) }),
  }),
);

/**
 * The organization, the labels with a name or a known id (which may have been renamed), and the newest `updatedAt` of
 * an issue, at which the first watermark starts.
 */
export const organization = operation(
  `query Survey($label: String!, $decomposed: String!, $labelIds: [ID!]!) {
    organization { id name urlKey }
    issueLabels(first: 250, filter: { or: [
      { name: { eqIgnoreCase: $label } }, { name: { eqIgnoreCase: $decomposed } }, { id: { in: $labelIds } }
    ] }) {
      nodes { id name }
    }
    issues(first: 1, orderBy: updatedAt, includeArchived: true) { nodes { id updatedAt } }
  }`,
  z.object({
    issueLabels: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) }),
    organization: z.object({ id: z.string(), name: z.string(), urlKey: z.string() }),
    issues: z.object({ nodes: z.array(Head) }),
  }),
);

export const projects = operation(
  `query Projects($after: String) {
    projects(first: 250, after: $after, orderBy: updatedAt, includeArchived: true) {
      nodes { ${projectFields} } pageInfo { hasNextPage endCursor }
    }
  }`,
  z.object({ projects: page(Head) }),
);

/**
 * Issues and projects that changed within a range, newest first. Labels are no criterion, because an issue that lost
 * its label would be missed. Also known issues and labels by id, because some changes leave no update behind, and when
 * a relation last changed. It is one request; parts with nothing left to read are skipped.
 */
export const changes = operation(
  `query Changes(
    $withIssues: Boolean!, $since: DateTimeOrDuration!, $until: DateTimeOrDuration!, $after: String,
    $withProjects: Boolean!, $projectsSince: DateTimeOrDuration!, $projectsUntil: DateTimeOrDuration!,
    $projectsAfter: String, $withKnown: Boolean!, $knownIds: [ID!]!, $withLabels: Boolean!, $labelIds: [ID!]!,
    $withBlockers: Boolean!, $withRelations: Boolean!
  ) {
    issues(first: 100, after: $after, orderBy: updatedAt, includeArchived: true,
      filter: { updatedAt: { gte: $since, lte: $until } }) @include(if: $withIssues) {
      nodes { ${issueFields} } pageInfo { hasNextPage endCursor }
    }
    projects(first: 50, after: $projectsAfter, orderBy: updatedAt, includeArchived: true,
      filter: { updatedAt: { gte: $projectsSince, lte: $projectsUntil } }) @include(if: $withProjects) {
      nodes { ${projectFields} } pageInfo { hasNextPage endCursor }
    }
    known: issues(first: 50, includeArchived: true, filter: { id: { in: $knownIds } }) @include(if: $withKnown) {
      nodes { ${issueFields} ${inverseRelations} }
    }
    labels: issueLabels(first: 50, filter: { id: { in: $labelIds } }) @include(if: $withLabels) {
      nodes { id name }
    }
    relations: issueRelations(first: 1, orderBy: updatedAt, includeArchived: true) @include(if: $withRelations) {
      nodes { id updatedAt }
    }
  }`,
  z.object({
    labels: z.optional(z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) })),
    issues: z.optional(page(Head)),
    projects: z.optional(page(Head)),
    known: z.optional(z.object({ nodes: z.array(BlockedHead) })),
    relations: z.optional(z.object({ nodes: z.array(Head) })),
  }),
);

/** Which of up to 250 projects still exist in Linear, in any state. */
export const projectsById = operation(
  `query ProjectsById($projectIds: [ID!]!) {
    projects(first: 250, includeArchived: true, filter: { id: { in: $projectIds } }) { nodes { id } }
  }`,
  z.object({ projects: z.object({ nodes: z.array(z.object({ id: z.string() })) }) }),
);

/** Which teams the app may see. */
export const teamsById = operation(
  `query TeamsById($teamIds: [ID!]!) {
    teams(first: 250, includeArchived: true, filter: { id: { in: $teamIds } }) { nodes { id } }
  }`,
  z.object({ teams: z.object({ nodes: z.array(z.object({ id: z.string() })) }) }),
);

/** All teams of projects that have as many teams as `projectFields` selects, or more. */
export const teamsOf = operation(
  `query TeamsOf($projectIds: [ID!]!) {
    projects(first: 25, includeArchived: true, filter: { id: { in: $projectIds } }) {
      nodes { id teams(first: 250) { nodes { id } } }
    }
  }`,
  z.object({
    projects: z.object({
      nodes: z.array(
        z.object({ id: z.string(), teams: z.object({ nodes: z.array(z.object({ id: z.string() })) }) }),
      ),
    }),
  }),
);

export const labelledIssues = operation(
  `query LabelledIssues(
    $labelIds: [ID!]!, $project: NullableProjectFilter!, $after: String, $withBlockers: Boolean!
  ) {
    issues(first: 100, after: $after, orderBy: updatedAt, filter: {
      labels: { some: { id: { in: $labelIds } } }, project: $project,
      state: { type: { nin: ["completed", "canceled", "duplicate"] } }
    }) { nodes { ${issueFields} ${inverseRelations} } pageInfo { hasNextPage endCursor } }
  }`,
  z.object({ issues: page(BlockedHead) }),
);

/** All labels of issues that have more than `issueFields` selects. */
export const labelsOf = operation(
  `query LabelsOf($issueIds: [ID!]!) {
    issues(first: 25, includeArchived: true, filter: { id: { in: $issueIds } }) {
      nodes { id labels(first: 250) { nodes { id name } } }
    }
  }`,
  z.object({
    issues: z.object({
      nodes: z.array(
        z.object({
          id: z.string(),
          labels: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) }),
        }),
      ),
    }),
  }),
);

/** Links of an issue, by URL. */
const Links = z.object({ nodes: z.array(z.object({ url: z.string() })) });
/**
 * How many links of an issue `issuesAndComments` selects. All links of an issue with this many are requested
 * separately.
 */
export const LINKS_AT_ONCE = 4;

const SubIssues = z.object({ nodes: z.array(z.object({ id: z.string() })) });

/** Comments with what is needed to know who wrote them. */
const Comments = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      user: z.optional(z.nullable(z.object({ id: z.string() }))),
      issue: z.optional(z.nullable(z.object({ id: z.string() }))),
    }),
  ),
});

/**
 * What processing due features needs: their issues, which of the owed comments and links exist, one open sub-issue of
 * each that has the trigger label, and what blocks them.
 */
export const issuesAndComments = operation(
  `query IssuesAndComments(
    $issueIds: [ID!]!, $commentIds: [ID!]!, $urls: [String!]!, $withLinks: Boolean!,
    $withSubIssues: Boolean!, $label: String!, $decomposed: String!, $labelIds: [ID!]!, $withBlockers: Boolean!
  ) {
    issues(first: 250, includeArchived: true, filter: { id: { in: $issueIds } }) {
      nodes {
        ${issueFields}
        links: attachments(first: ${LINKS_AT_ONCE}, filter: { url: { in: $urls } }) @include(if: $withLinks) {
          nodes { url }
        }
        children(first: 1, filter: {
          labels: { some: { or: [
            { name: { eqIgnoreCase: $label } }, { name: { eqIgnoreCase: $decomposed } }, { id: { in: $labelIds } }
          ] } },
          state: { type: { nin: ["completed", "canceled", "duplicate"] } }
        }) @include(if: $withSubIssues) { nodes { id } }
        ${inverseRelations}
      }
    }
    comments(first: 250, filter: { id: { in: $commentIds } }) { nodes { id user { id } issue { id } } }
  }`,
  z.object({
    issues: z.object({
      nodes: z.array(z.extend(BlockedHead, { links: z.optional(Links), children: z.optional(SubIssues) })),
    }),
    comments: Comments,
  }),
);

/** Who wrote these comments, and on which issues. */
export const commentsById = operation(
  `query CommentsById($commentIds: [ID!]!) {
    comments(first: 250, filter: { id: { in: $commentIds } }) { nodes { id user { id } issue { id } } }
  }`,
  z.object({ comments: Comments }),
);

/** All links with these URLs, of issues that have more than `issuesAndComments` selects. */
export const linksOf = operation(
  `query LinksOf($issueIds: [ID!]!, $urls: [String!]!) {
    issues(first: 25, includeArchived: true, filter: { id: { in: $issueIds } }) {
      nodes { id links: attachments(first: 250, filter: { url: { in: $urls } }) {
        nodes { url }
      } }
    }
  }`,
  z.object({ issues: z.object({ nodes: z.array(z.object({ id: z.string(), links: Links })) }) }),
);

const workflowStateFields = `
  nodes { id name type position team { id } } pageInfo { hasNextPage endCursor }`;

const WorkflowStates = z.object({
  workflowStates: page(
    z.object({
      id: z.string(),
      name: z.string(),
      type: z.string(),
      position: z.number(),
      team: z.object({ id: z.string() }),
    }),
  ),
});

export const workflowStates = operation(
  `query WorkflowStates($teamIds: [ID!]!, $after: String) {
    workflowStates(first: 250, after: $after, filter: { team: { id: { in: $teamIds } } }) { ${workflowStateFields} }
  }`,
  WorkflowStates,
);

export const allWorkflowStates = operation(
  `query AllWorkflowStates($after: String) {
    workflowStates(first: 250, after: $after) { ${workflowStateFields} }
  }`,
  WorkflowStates,
);

/** Label groups are labels too, but cannot be put on issues. */
export const labels = operation(
  `query Labels($after: String) {
    issueLabels(first: 250, after: $after, filter: { isGroup: { eq: false } }) {
      nodes { id name team { id } } pageInfo { hasNextPage endCursor }
    }
  }`,
  z.object({
    issueLabels: page(
      z.object({
        id: z.string(),
        name: z.string(),
        team: z.optional(z.nullable(z.object({ id: z.string() }))),
      }),
    ),
  }),
);

/** One page of what people choose from, in the order of Linear's pages. `$limit` is at most 100. */
const picker = <N extends z.core.$ZodType>(field: string, args: string, fields: string, node: N) =>
  operation(
    `query Pick($limit: Int!, $after: String) {
      list: ${field}(first: $limit, after: $after${args}) { nodes { ${fields} } pageInfo { hasNextPage endCursor } }
    }`,
    z.object({ list: page(node) }),
  );

const team = z.object({ id: z.string() });
const state = z.object({ id: z.string(), name: z.string(), type: z.string() });

export const pickTeams = picker(
  'teams',
  '',
  'id key name',
  z.object({ id: z.string(), key: z.string(), name: z.string() }),
);

export const pickProjects = picker(
  'projects',
  '',
  'id name url status { type } teams(first: 5) { nodes { id } }',
  z.object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    status: z.object({ type: z.string() }),
    teams: z.object({ nodes: z.array(team) }),
  }),
);

export const pickLabels = picker(
  'issueLabels',
  ', filter: { isGroup: { eq: false } }',
  'id name team { id }',
  z.object({ id: z.string(), name: z.string(), team: z.optional(z.nullable(team)) }),
);

export const pickStates = picker(
  'workflowStates',
  '',
  'id name type position team { id }',
  z.object({ ...state.shape, position: z.number(), team }),
);

export const pickIssues = picker(
  'issues',
  ', orderBy: updatedAt',
  'id identifier title url updatedAt state { id name type } team { id } project { id }',
  z.object({
    id: z.string(),
    identifier: z.string(),
    title: z.string(),
    url: z.string(),
    updatedAt: z.string(),
    state,
    team,
    project: z.optional(z.nullable(z.object({ id: z.string() }))),
  }),
);
