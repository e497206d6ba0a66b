import type { Collection } from './collection.ts';
import type { Entities, EntityType, IssueRelation, Row, User } from './model.ts';
import type { Relation } from './relations.ts';
import type { Store } from './store.ts';
import type { Values } from './switches.ts';

/** What one user can see of one organization. Every read of a request goes through a view. */
export class View {
  readonly store: Store;
  readonly organizationId: string;
  /** Private teams, and teams that an application has no access to. Usually empty. */
  readonly #hiddenTeams: ReadonlySet<string>;
  readonly #hiddenRelations: Values['hiddenRelations'];

  constructor(
    store: Store,
    user: User,
    { hiddenRelations = 'omitted' }: Partial<Pick<Values, 'hiddenRelations'>> = {},
  ) {
    this.store = store;
    this.organizationId = user.organizationId;
    this.#hiddenRelations = hiddenRelations;
    this.#hiddenTeams = hiddenTeams(store, user);
  }

  find<T extends EntityType>(type: T, id: string): Entities[T] | undefined {
    const row = this.collection(type).get(id);
    return row && this.canSee(type, row) ? row : undefined;
  }

  rows<T extends EntityType>(type: T): Entities[T][] {
    return this.#seen(type, this.collection(type).values());
  }

  /** The rows whose property is the value, or is a list that contains it. */
  rowsBy<T extends EntityType>(type: T, key: keyof Entities[T] & string, value: string): Entities[T][] {
    return this.#seen(type, this.collection(type).by(key, value));
  }

  /** All rows of a type, visible or not: check each with `canSee`. */
  collection<T extends EntityType>(type: T): Collection<Entities[T]> {
    return this.store.collection(type, this.organizationId);
  }

  follow(row: Row, relation: Relation): Row | Row[] | null {
    const value = (row as unknown as Record<string, unknown>)[relation.key];
    switch (relation.kind) {
      case 'one':
        return typeof value === 'string' ? (this.find(relation.type, value) ?? null) : null;
      case 'ids': {
        const found = ((value ?? []) as string[]).map((id) => this.find(relation.type, id));
        return found.filter((one) => one !== undefined);
      }
      case 'inverse':
        return this.#seen(relation.type, this.collection(relation.type).by(relation.key, row.id));
    }
  }

  canSee(type: EntityType, row: Row): boolean {
    if (this.#hiddenTeams.size === 0) return true;
    if (type === 'IssueRelation') return this.#canSeeRelation(row as IssueRelation);
    const teams = teamsOf(this.store, type, row);
    return teams.length === 0 || teams.some((id) => !this.#hiddenTeams.has(id));
  }

  #canSeeRelation({ issueId, relatedIssueId }: IssueRelation): boolean {
    const seen = [issueId, relatedIssueId].filter((id) => this.find('Issue', id));
    return seen.length > (this.#hiddenRelations === 'refused' ? 0 : 1);
  }

  #seen<T extends EntityType>(type: T, rows: Iterable<Row>): Entities[T][] {
    const seen = [...rows] as Entities[T][];
    return this.#hiddenTeams.size === 0 ? seen : seen.filter((row) => this.canSee(type, row));
  }
}

/** Whether a user can see a team's content. */
export const seesTeam = (user: User, team: { private: boolean; memberIds: string[] }): boolean => {
  const isRestricted = team.private || (user.app && !user.canAccessAnyPublicTeam);
  return !isRestricted || team.memberIds.includes(user.id);
};

const hiddenTeams = (store: Store, user: User): ReadonlySet<string> => {
  const hidden = new Set<string>();
  for (const team of store.collection('Team', user.organizationId).values()) {
    if (!seesTeam(user, team)) hidden.add(team.id);
  }
  return hidden;
};

type AnyRow = {
  id: string;
  teamId?: string | null;
  teamIds?: string[];
  issueId?: string;
  projectId?: string | null;
};

/** The teams that give access to a row; empty if everybody can see it. */
export const teamsOf = (store: Store, type: EntityType, row: Row): string[] => {
  const { id, teamId, teamIds, issueId, projectId } = row as AnyRow;
  if (type === 'Team') return [id];
  if (teamIds) return teamIds;
  if (teamId) return [teamId];
  const issue = issueId ? store.get('Issue', issueId) : undefined;
  if (issue) return [issue.teamId];
  const project = type === 'ProjectMilestone' && projectId ? store.get('Project', projectId) : undefined;
  return project?.teamIds ?? [];
};
