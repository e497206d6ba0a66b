import type { DependencyKind, Edit } from '../plan/actions.ts';
import type { Workspace } from '../workspace.ts';

type Issue = Workspace['issues'][number];

const remove = 'mutation($id: String!) { issueRelationDelete(id: $id) { success } }';
const change =
  'mutation($id: String!, $input: IssueRelationUpdateInput!) { issueRelationUpdate(id: $id, input: $input) { success } }';
const create =
  'mutation($input: IssueRelationCreateInput!) { issueRelationCreate(input: $input) { issueRelation { id } } }';

/** One of them. Throws an Error if there is none. */
const at = <T>(list: readonly T[], index: number): T => {
  if (list.length === 0) throw new Error('there is nothing of this kind');
  return list[index % list.length] as T;
};

/** What humans do to dependencies. The ids of the issues that an edit touches are added to `about`. */
export const dependencyEdits = (
  workspace: Workspace,
  edit: Edit,
  { moveTo, about }: { moveTo: (issue: Issue, state: string) => Promise<unknown>; about: string[] },
): Record<DependencyKind, () => Promise<unknown>> => {
  const { graphql, issues, relations, unlabelled } = workspace;

  const relate = async (blocker: Issue, blocked: Issue): Promise<void> => {
    about.push(blocker.id, blocked.id);
    const input = { issueId: blocker.id, relatedIssueId: blocked.id, type: 'blocks' };
    const { issueRelationCreate } = await graphql<{ issueRelationCreate: { issueRelation: { id: string } } }>(
      create,
      { input },
    );
    relations.push({ id: issueRelationCreate.issueRelation.id, type: 'blocks', blocker, blocked });
  };
  const chosen = () => {
    const relation = at(relations, edit.issue);
    about.push(relation.blocker.id, relation.blocked.id);
    return relation;
  };
  /** Half of them have relations already, so that chains form, and some issues block many. */
  const newBlocker = (): Issue => {
    if (edit.to % 4 === 0) return at(unlabelled, edit.project);
    const related = relations.flatMap(({ blocker, blocked }) => [blocker, blocked]);
    return at(edit.to % 4 === 1 || related.length === 0 ? issues : related, edit.project);
  };

  return {
    relate: () => relate(newBlocker(), at(issues, edit.issue)),
    async circle() {
      const members = Array.from({ length: 2 + (edit.to % 3) }, (_, index) => at(issues, edit.issue + index));
      for (const [index, member] of members.entries()) await relate(member, at(members, index + 1));
    },
    async unrelate() {
      const relation = chosen();
      await graphql(remove, { id: relation.id });
      relations.splice(relations.indexOf(relation), 1);
    },
    async retarget() {
      const relation = chosen();
      const other = at(issues, edit.project);
      about.push(other.id);
      const input = edit.to % 2 === 0 ? { issueId: other.id } : { relatedIssueId: other.id };
      await graphql(change, { id: relation.id, input });
      relation[edit.to % 2 === 0 ? 'blocker' : 'blocked'] = other;
    },
    async retype() {
      const relation = chosen();
      const type = relation.type === 'blocks' ? 'related' : 'blocks';
      await graphql(change, { id: relation.id, input: { type } });
      relation.type = type;
    },
    closeBlocker: async () => moveTo(chosen().blocker, edit.to % 2 === 0 ? 'Done' : 'Canceled'),
    reopenBlocker: async () => moveTo(chosen().blocker, edit.to % 2 === 0 ? 'Todo' : 'In Progress'),
    trashBlocker: async () =>
      graphql('mutation($id: String!) { issueDelete(id: $id) { success } }', { id: chosen().blocker.id }),
    restoreBlocker: async () =>
      graphql('mutation($id: String!) { issueUnarchive(id: $id) { success } }', { id: chosen().blocker.id }),
  };
};
