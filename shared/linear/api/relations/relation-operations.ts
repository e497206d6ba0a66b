import * as z from 'zod/mini';
import { Head } from '../../pages.ts';
import { aliasOf } from '../mutations.ts';
import { operation, page } from '../operation.ts';

/** A relation that ends at an issue, with the issue that it comes from. It costs 3.6 points. */
export const blockerFields = 'type issue { id identifier archivedAt trashed state { type } }';
const idFields = 'id type';

/** How many relations of each issue a page of 250 issues selects. An issue with this many is read again. */
export const RELATIONS_AT_ONCE = 3;

/** The nodes are parsed one by one, so that one of unknown form does not affect the others. */
export const InverseRelations = z.object({ nodes: z.array(z.unknown()) });

/** The first relations that end at each of some issues. `issues` and `relations` say how many it reads. */
const relationsOf = (name: string, fields: string, size: { issues: number; relations: number }) => ({
  ...size,
  ...operation(
    `query ${name}($issueIds: [ID!]!) {
      issues(first: ${size.issues}, includeArchived: true, filter: { id: { in: $issueIds } }) {
        nodes { id inverseRelations(first: ${size.relations}) { nodes { ${fields} } } }
      }
    }`,
    z.object({
      issues: z.object({ nodes: z.array(z.object({ id: z.string(), inverseRelations: InverseRelations })) }),
    }),
  ),
});

/** A page of the relations that end at one issue. */
const allRelationsOf = (name: string, fields: string) =>
  operation(
    `query ${name}($issueIds: [ID!]!, $after: String) {
      issues(first: 1, includeArchived: true, filter: { id: { in: $issueIds } }) {
        nodes { inverseRelations(first: 250, after: $after) {
          nodes { ${fields} } pageInfo { hasNextPage endCursor }
        } }
      }
    }`,
    z.object({ issues: z.object({ nodes: z.array(z.object({ inverseRelations: page(z.unknown()) })) }) }),
  );

export const fewBlockers = relationsOf('FewBlockers', blockerFields, {
  issues: 250,
  relations: RELATIONS_AT_ONCE,
});
export const moreBlockers = relationsOf('MoreBlockers', blockerFields, { issues: 25, relations: 25 });
export const allBlockers = allRelationsOf('AllBlockers', blockerFields);

/** Without the issues at their other ends, which the app may not be able to see. */
export const relationIds = relationsOf('RelationIds', idFields, { issues: 250, relations: 25 });
export const allRelationIds = allRelationsOf('AllRelationIds', idFields);

export const endFields = 'issue { id } relatedIssue { id }';
const RelationPage = z.object({ issueRelations: page(Head) });
const relationPage = (name: string, fields: string) =>
  operation(
    `query ${name}($after: String) {
      issueRelations(first: 100, after: $after, orderBy: updatedAt, includeArchived: true) {
        nodes { id type updatedAt ${fields} } pageInfo { hasNextPage endCursor }
      }
    }`,
    RelationPage,
  );

/** Relations, the most recently changed first. */
export const relations = relationPage('Relations', endFields);
export const relationHeads = relationPage('RelationHeads', '');

/** Relations by id, each under an alias. Linear answers none of them if it refuses one. */
export const relationsById = (relationIds: readonly string[], fields: string) => {
  const aliases = relationIds.map((_, index) => aliasOf(index));
  return {
    operation: operation(
      `query RelationsById(${aliases.map((alias) => `$${alias}: String!`).join(', ')}) {
        ${aliases.map((alias) => `${alias}: issueRelation(id: $${alias}) { ${fields} }`).join('\n')}
      }`,
      z.record(z.string(), z.unknown()),
    ),
    variables: Object.fromEntries(relationIds.map((id, index) => [aliasOf(index), id])),
  };
};
