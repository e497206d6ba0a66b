import type { Issue, IssueRelation, WorkflowState } from '../../../../local/linear/store/model.ts';
import type { Store } from '../../../../local/linear/store/store.ts';
import { seesTeam } from '../../../../local/linear/store/view.ts';

type Type = WorkflowState['type'];

/**
 * What the rows of the local Linear say of an organization's issues and of what blocks them. It goes by Linear's rules
 * alone and shares no code with the product.
 */
export const blocking = (store: Store, organizationId: string) => {
  const rows = <T extends 'Issue' | 'IssueRelation' | 'User' | 'WorkflowState'>(type: T) =>
    store.collection(type, organizationId);
  const issue = (id: string): Issue | undefined => rows('Issue').get(id);
  const typeOf = ({ stateId }: Issue): Type => rows('WorkflowState').get(stateId)?.type ?? 'triage';
  const app = () => [...rows('User').values()].find((user) => user.app);

  /** Whether the app can see an issue. */
  const isVisible = ({ teamId }: Issue): boolean => {
    const [team, user] = [store.get('Team', teamId), app()];
    return team !== undefined && user !== undefined && seesTeam(user, team);
  };
  const isThere = ({ archivedAt, trashed }: Issue): boolean => !archivedAt && !trashed;
  const isOpen = (one: Issue): boolean => !['completed', 'canceled', 'duplicate'].includes(typeOf(one));

  /** The issues that block an issue, each once, whoever may see them. */
  const blockersOf = (id: string): Issue[] => {
    const relations = [...rows('IssueRelation').by('relatedIssueId', id)];
    const ids = new Set(relations.filter(({ type }) => type === 'blocks').map(({ issueId }) => issueId));
    return [...ids].flatMap((blocker) => issue(blocker) ?? []);
  };
  const openBlockersOf = (id: string): Issue[] =>
    blockersOf(id).filter((one) => isVisible(one) && isThere(one) && isOpen(one));

  return {
    issue,
    isVisible,
    isThere,
    isOpen,
    openBlockersOf,
    relationsAmong: (ids: readonly string[]): IssueRelation[] =>
      ids.flatMap((id) => [...rows('IssueRelation').by('issueId', id)]),
    /** Any state of that type of a team. */
    stateOf: (teamId: string, type: Type): string =>
      [...rows('WorkflowState').by('teamId', teamId)].find((state) => state.type === type)?.id ?? '',
    /** The webhooks that are still on their way. */
    isSending: (): boolean =>
      [...store.all('Delivery')].some(
        (one) => one.organizationId === organizationId && one.outcome === 'pending' && one.dueAt === null,
      ),
  };
};

export type Blocking = ReturnType<typeof blocking>;
