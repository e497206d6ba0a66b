import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import * as z from 'zod';
import type { HttpRequest } from '../../stand-in/http.ts';
import { type CostRule, complexityOf } from './complexity.ts';
import { malformed } from './errors.ts';

const Body = z.looseObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** A request's document, checked against the schema, and the operation to run. */
export interface Operation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
  /** The name of the operation, and its root fields. */
  names: { operation: string | null; fields: string[] };
  variables: Record<string, unknown>;
  complexity: (rule: CostRule) => number;
}

/** No sensible document is longer. */
const MAX_TOKENS = 50_000;
const KEPT_DOCUMENTS = 200;
const LONGEST_KEPT = 20_000;

/** Parses and validates documents, and caches them, because clients repeat the same few documents. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #kept = new Map<string, DocumentNode>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  read({ headers, body: text }: HttpRequest): Operation {
    if (!headers['content-type']?.includes('application/json')) {
      throw malformed('The content-type must be application/json', 'BAD_REQUEST');
    }
    const body = Body.safeParse(parseJson(text));
    if (!body.success) throw malformed(z.prettifyError(body.error), 'BAD_REQUEST');
    const { query, operationName } = body.data;
    const document = this.#kept.get(query) ?? this.#check(query);
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const definition = operations.find(({ name }) => !operationName || name?.value === operationName);
    if (!definition || (!operationName && operations.length > 1)) {
      throw malformed('Must provide operation name if query contains multiple operations.');
    }
    const variables = body.data.variables ?? {};
    return {
      document,
      definition,
      names: { operation: definition.name?.value ?? null, fields: rootFields(document, definition) },
      variables,
      complexity: (rule) => complexityOf(this.#schema, definition, fragmentsOf(document), variables, rule),
    };
  }

  #check(query: string): DocumentNode {
    const document = tooDeepIsMalformed(() => parse(query, { maxTokens: MAX_TOKENS }));
    const errors = tooDeepIsMalformed(() => validate(this.#schema, document));
    if (errors.length > 0) throw new AggregateError(errors);
    if (query.length > LONGEST_KEPT) return document;
    if (this.#kept.size >= KEPT_DOCUMENTS) this.#kept.clear();
    this.#kept.set(query, document);
    return document;
  }
}

export const fragmentsOf = (document: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );

/** The names of the root fields, including those in fragments. */
const rootFields = (document: DocumentNode, { selectionSet }: OperationDefinitionNode): string[] => {
  const fragments = fragmentsOf(document);
  const seen = new Set<string>();
  const walk = (set: OperationDefinitionNode['selectionSet']): string[] =>
    set.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node.name.value];
      if (node.kind === Kind.INLINE_FRAGMENT) return walk(node.selectionSet);
      const fragment = fragments.get(node.name.value);
      if (!fragment || seen.has(node.name.value)) return [];
      seen.add(node.name.value);
      return walk(fragment.selectionSet);
    });
  return walk(selectionSet);
};

/** A document that is nested too deeply for the stack is the sender's error, so it must not become a 500. */
const tooDeepIsMalformed = <T>(act: () => T): T => {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) throw new GraphQLError('The document is nested too deeply');
    throw error;
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON', 'BAD_REQUEST');
  }
};
