import type { Trigger } from '../../domain/mirror/trigger.ts';
import type { WorkflowState } from '../../domain/mirror/workflow-state.ts';
import { shortened } from '../../fitting.ts';
import { allPages, newestOf, nextOf } from '../pages.ts';
import { labelVariables } from './label-variables.ts';
import * as operations from './operations.ts';
import type { Session } from './session.ts';

const LONGEST_NAME = 250;

type Organization = { id: string; name: string; urlKey: string };
type TeamState = WorkflowState & { teamId: string };
type Label = { id: string; name: string };

/** With names cut to the length that we store. */
const named = ({ id, name, urlKey }: Organization): Organization => ({
  id,
  name: shortened(name, LONGEST_NAME),
  urlKey: shortened(urlKey, LONGEST_NAME),
});

/** The organization with its teams, labels and workflow states. */
export const organizationApi = ({ execute, clock }: Session) => ({
  async viewer() {
    const { viewer, organization, teams } = await execute(operations.viewer, {});
    return { appUserId: viewer.id, organization: named(organization), defaultTeamId: teams.nodes[0]?.id };
  },

  /** The organization, the labels with a name or an id, and the newest `updatedAt` of any issue. */
  async readOrganization(
    trigger: Trigger,
  ): Promise<{ organization: Organization; labels: Label[]; newestIssueAt: string | undefined }> {
    const seenAt = clock();
    const { organization, issueLabels, issues } = await execute(
      operations.organization,
      labelVariables(trigger),
    );
    return {
      organization: named(organization),
      labels: issueLabels.nodes,
      newestIssueAt: newestOf(issues.nodes, seenAt),
    };
  },

  /** Which of up to 250 teams the app may see. */
  async teamsThere(teamIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { teams } = await execute(operations.teamsById, { teamIds });
    return new Set(teams.nodes.map(({ id }) => id));
  },

  /** Every label that an issue can have. Labels of the whole organization have no team. */
  labels: (): Promise<(Label & { teamId: string | null })[]> =>
    allPages(async (after) => {
      const { issueLabels } = await execute(operations.labels, { after });
      const items = issueLabels.nodes.map(({ team, ...label }) => ({ ...label, teamId: team?.id ?? null }));
      return { items, next: nextOf(issueLabels.pageInfo) };
    }),

  /** One page of the workflow states of some teams. */
  async workflowStates(
    teamIds: readonly string[],
    after?: string,
  ): Promise<{ items: TeamState[]; next: string | undefined }> {
    const { workflowStates } = await execute(operations.workflowStates, { teamIds, after });
    return { items: workflowStates.nodes.map(teamState), next: nextOf(workflowStates.pageInfo) };
  },

  /** The workflow states of every team that the app may see. */
  allWorkflowStates: (): Promise<TeamState[]> =>
    allPages(async (after) => {
      const { workflowStates } = await execute(operations.allWorkflowStates, { after });
      return { items: workflowStates.nodes.map(teamState), next: nextOf(workflowStates.pageInfo) };
    }),
});

const teamState = ({ team, ...state }: WorkflowState & { team: { id: string } }): TeamState => ({
  ...state,
  teamId: team.id,
});
