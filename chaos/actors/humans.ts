import type { Journal } from '../journal.ts';
import { dependencyKinds, type Edit, stateNames } from '../plan/actions.ts';
import { PRIVATE } from '../private-text.ts';
import type { Workspace } from '../workspace.ts';
import type { World } from '../world.ts';
import { dependencyEdits } from './dependency-edits.ts';

type Doing = { outcome: string; about: string[] };

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

const update =
  'mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }';
const onIssue = (mutation: string) => `mutation($id: String!) { ${mutation}(id: $id) { success } }`;

/** Carries out an edit of the plan in Linear. A refusal by Linear is an outcome too. */
export const human =
  (world: World, journal: Journal) =>
  async (edit: Edit): Promise<Doing> => {
    const workspace = world.workspaces.get(edit.workspace) as Workspace;
    const issue = at(workspace.issues, edit.issue);
    const project = at(workspace.projects, edit.project);
    const { graphql } = workspace;
    const set = (input: object) => graphql(update, { id: issue.id, input });
    const title = `Title ${edit.to}`;
    const moveTo = (moved: Workspace['issues'][number], state: string) => {
      journal.moves.push({ issueId: moved.id, askedAt: world.now(), state });
      return graphql(update, {
        id: moved.id,
        input: { stateId: workspace.stateId(moved.teamId, state) },
      });
    };
    const about: string[] = [];

    const does: Record<Edit['does'], () => Promise<unknown>> = {
      rename: () => set({ title }),
      prioritise: () => set({ priority: edit.to % 5 }),
      describe: () => set({ description: `${PRIVATE} ${edit.to}` }),
      label: () => set({ addedLabelIds: [workspace.labelId] }),
      unlabel: () => set({ removedLabelIds: [workspace.labelId] }),
      move: () => set({ projectId: project.id }),
      takeOut: () => set({ projectId: null }),
      setState: () => moveTo(issue, at(stateNames, edit.to)),
      archive: () => graphql(onIssue('issueArchive'), { id: issue.id }),
      unarchive: () => graphql(onIssue('issueUnarchive'), { id: issue.id }),
      trash: () => graphql(onIssue('issueDelete'), { id: issue.id }),
      restore: () => graphql(onIssue('issueUnarchive'), { id: issue.id }),
      create: async () => {
        const input = {
          id: edit.id,
          teamId: project.teamId,
          projectId: project.id,
          title,
          description: PRIVATE,
          labelIds: edit.to % 4 === 0 ? [] : [workspace.labelId],
        };
        await graphql('mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success } }', {
          input,
        });
        workspace.issues.push({ id: edit.id, teamId: project.teamId });
      },
      comment: () =>
        graphql('mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success } }', {
          input: { issueId: issue.id, body: `A human says ${edit.to}. ${PRIVATE}` },
        }),
      renameMany: () =>
        graphql(
          'mutation($ids: [UUID!]!, $input: IssueUpdateInput!) { issueBatchUpdate(ids: $ids, input: $input) { success } }',
          {
            ids: workspace.issues
              .slice(edit.issue % workspace.issues.length)
              .slice(0, 20)
              .map(({ id }) => id),
            input: { title },
          },
        ),
      renameProject: () =>
        graphql(
          'mutation($id: String!, $input: ProjectUpdateInput!) { projectUpdate(id: $id, input: $input) { success } }',
          { id: project.id, input: { name: `Project ${edit.to}` } },
        ),
      archiveProject: () => graphql(onIssue('projectArchive'), { id: project.id }),
      unarchiveProject: () => graphql(onIssue('projectUnarchive'), { id: project.id }),
      archiveHere: () => here('archived'),
      activateHere: () => here('active'),
      ...dependencyEdits(workspace, edit, { moveTo, about }),
    };
    const here = async (status: string) => {
      const path = `/projects/${workspace.projectIds.get(project.id)}`;
      const answer = await world.call('PATCH', path, { status });
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
    };

    // Those of relations say themselves which issues they touch.
    if (edit.does === 'create') about.push(edit.id);
    else if (/project|here/i.test(edit.does)) about.push(project.id);
    else if (!(edit.does in dependencyKinds)) about.push(issue.id);
    try {
      await does[edit.does]();
      return { outcome: 'done', about };
    } catch (error) {
      return { outcome: `refused: ${(error as Error).message.slice(0, 200)}`, about };
    }
  };
