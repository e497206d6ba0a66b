type Named = { id: string; name: string };
type Issue = {
  id: string;
  state: { id: string; name: string; type: string };
  comments: { nodes: { body: string; createdAt: string }[] };
  attachments: { nodes: { url: string }[] };
};

type Graphql = <T>(query: string, variables: object) => Promise<T>;

/** What an admin of an organization reads and does in Linear, through its API. */
export const human = (graphql: Graphql) => {
  const edit = async (id: string, input: Record<string, unknown>): Promise<void> => {
    await graphql(
      'mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }',
      { id, input },
    );
  };
  return {
    /** Edits an issue with Linear's `IssueUpdateInput`. */
    edit,
    move: (id: string, stateId: string | undefined): Promise<void> => edit(id, { stateId }),
    async createIssue(input: Record<string, unknown>): Promise<string> {
      const { issueCreate } = await graphql<{ issueCreate: { issue: { id: string } } }>(
        'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { issue { id } } }',
        { input },
      );
      return issueCreate.issue.id;
    },
    async createProject(name: string, teamId: string): Promise<{ id: string }> {
      const { projectCreate } = await graphql<{ projectCreate: { project: { id: string } } }>(
        'mutation($input: ProjectCreateInput!) { projectCreate(input: $input) { project { id } } }',
        { input: { name, teamIds: [teamId] } },
      );
      return projectCreate.project;
    },
    async issue(id: string): Promise<Issue> {
      const { issue } = await graphql<{ issue: Issue }>(
        `query($id: String!) { issue(id: $id) { id state { id name type }
          comments(first: 100) { nodes { body createdAt } } attachments(first: 50) { nodes { url } } } }`,
        { id },
      );
      return issue;
    },
    async teams() {
      const { teams } = await graphql<{
        teams: { nodes: { id: string; states: { nodes: Named[] }; projects: { nodes: { id: string }[] } }[] };
      }>(
        `{ teams(first: 10) { nodes { id states(first: 20) { nodes { id name } }
          projects(first: 5) { nodes { id } } } } }`,
        {},
      );
      return teams.nodes;
    },
    async labels(): Promise<Named[]> {
      const { issueLabels } = await graphql<{ issueLabels: { nodes: Named[] } }>(
        '{ issueLabels(first: 100) { nodes { id name } } }',
        {},
      );
      return issueLabels.nodes;
    },
    async statesOf(teamId: string): Promise<(Named & { type: string })[]> {
      const { workflowStates } = await graphql<{
        workflowStates: { nodes: (Named & { type: string })[] };
      }>(
        'query($team: ID!) { workflowStates(filter: { team: { id: { eq: $team } } }) { nodes { id name type } } }',
        { team: teamId },
      );
      return workflowStates.nodes;
    },
  };
};

/** Ids by name, or by whatever else `key` says. */
export const idsBy = <Key extends string, T extends { id: string } & Record<Key, string>>(
  nodes: readonly T[],
  key: Key,
): Record<string, string> => Object.fromEntries(nodes.map((node) => [node[key], node.id]));
