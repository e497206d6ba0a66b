import * as z from 'zod/mini';

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.optional(z.nullable(z.string())) });

/** A list that is read page by page. */
export const page = <N extends z.core.$ZodType>(node: N) => z.object({ nodes: z.array(node), pageInfo });

/** A GraphQL document and the schema of its `data`. A unit test checks each document against Linear's schema. */
export const operation = <S extends z.core.$ZodType>(query: string, data: S) => ({ query, data });
