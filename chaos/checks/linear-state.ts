import type { Workspace } from '../workspace.ts';

export type LinearIssue = {
  id: string;
  title: string;
  description: string | null;
  priority: number;
  archivedAt: string | null;
  trashed: boolean | null;
  state: { id: string; name: string; type: string };
  labels: { nodes: { name: string }[] };
  project: { id: string } | null;
  attachments: { nodes: { url: string }[] };
};
type LinearProject = { id: string; name: string; archivedAt: string | null; trashed: boolean | null };
export type LinearComment = { body: string; createdAt: string; issue: { id: string } };
export type LinearRelation = { type: string; issue: { id: string }; relatedIssue: { id: string } };
export type LinearState = {
  issues: LinearIssue[];
  projects: LinearProject[];
  comments: LinearComment[];
  relations: LinearRelation[];
};

type Page<T> = Record<string, { nodes: T[]; pageInfo: { hasNextPage: boolean; endCursor: string } }>;

/** Reads everything that an organization holds in Linear, archived items included. */
export const readLinear = async ({ graphql }: Workspace): Promise<LinearState> => {
  const all = async <T>(connection: string, fields: string): Promise<T[]> => {
    const found: T[] = [];
    for (let after: string | undefined; ; ) {
      const page: Page<T> = await graphql(
        `query($after: String) { ${connection}(first: 100, after: $after, includeArchived: true) {
          nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      const { nodes = [], pageInfo } = page[connection] ?? {};
      found.push(...nodes);
      if (!pageInfo?.hasNextPage) return found;
      after = pageInfo.endCursor;
    }
  };
  return {
    issues: await all(
      'issues',
      'id title description priority archivedAt trashed state { id name type } labels(first: 10) { nodes { name } } project { id } attachments(first: 20) { nodes { url } }',
    ),
    projects: await all('projects', 'id name archivedAt trashed'),
    comments: await all('comments', 'body createdAt issue { id }'),
    relations: await all('issueRelations', 'type issue { id } relatedIssue { id }'),
  };
};
