import {
  type DocumentNode,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import * as z from 'zod';
import { authenticate } from './authenticate.ts';
import { complexityOf } from './complexity.ts';
import type { Caller } from './context.ts';
import { forbidden, LinearError, malformed, notAuthenticated, rateLimited } from './errors.ts';
import type { RequestFault } from './faults.ts';
import { fieldResolver, type RootResolver } from './fields.ts';
import { type HttpRequest, type HttpResponse, json } from './http.ts';
import type { Linear } from './linear.ts';
import { attachmentMutations } from './resolvers/attachments.ts';
import { commentMutations } from './resolvers/comments.ts';
import { issueMutations } from './resolvers/issues.ts';
import { labelMutations } from './resolvers/labels.ts';
import { projectMutations } from './resolvers/projects.ts';
import { queries } from './resolvers/queries.ts';

const resolve = fieldResolver({
  Query: queries as Record<string, RootResolver>,
  Mutation: {
    ...attachmentMutations,
    ...commentMutations,
    ...issueMutations,
    ...labelMutations,
    ...projectMutations,
  } as Record<string, RootResolver>,
});

const Body = z.looseObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

interface Operation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
  /** Its own name, and the root fields. */
  names: { operation: string | null; fields: string[] };
  variables: Record<string, unknown>;
}

/** Answers `POST /graphql`. */
export const graphqlEndpoint =
  (linear: Linear) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const startedAt = performance.now();
    let caller: Caller | undefined;
    let operation: Operation | undefined;
    let fault: RequestFault | undefined;
    let complexity = 0;
    const answer = async (): Promise<HttpResponse> => {
      caller = authenticate(request.headers.authorization, linear.store, linear.clock);
      operation = readOperation(request, linear.schema);
      complexity = complexityOf(operation.document, operation.variables);
      const { names, definition } = operation;
      fault = linear.faults.takeRequest(
        [...names.fields, ...(names.operation ? [names.operation] : [])],
        caller.organizationId,
      );
      const before = fault && strikeBefore(fault, linear);
      if (before) return before;
      const exceeded = linear.budgets.spend(caller, complexity, linear.clock.now());
      if (exceeded) throw exceeded;
      requireScope(definition, caller);
      const response = await run(linear, caller, operation);
      return fault?.kind === 'timeout-after' ? { ...response, cutAfterMs: fault.timeoutMs } : response;
    };

    const response = await answer().catch((error: unknown) => refusal(error));
    const budgets = caller ? linear.budgets.headers(caller, complexity, linear.clock.now()) : {};
    linear.requests.add({
      at: linear.clock.iso(),
      operation: operation?.names.operation ?? null,
      fields: operation?.names.fields ?? [],
      organizationId: caller?.organizationId ?? null,
      actor: caller?.user.id ?? null,
      status: response.cutAfterMs === undefined ? response.status : null,
      complexity,
      durationMs: Math.round(performance.now() - startedAt),
      errors: errorMessages(response),
      fault: fault?.kind ?? null,
    });
    return { ...response, headers: { ...budgets, ...response.headers } };
  };

const readOperation = (request: HttpRequest, schema: GraphQLSchema): Operation => {
  if (!request.headers['content-type']?.includes('application/json')) {
    throw malformed('The content-type must be application/json', 'BAD_REQUEST');
  }
  const body = Body.safeParse(parseJson(request.body));
  if (!body.success) throw malformed(z.prettifyError(body.error), 'BAD_REQUEST');
  const document = parse(body.data.query);
  const errors = validate(schema, document);
  if (errors.length > 0) throw new AggregateError(errors);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const { operationName } = body.data;
  const definition = operations.find(({ name }) => !operationName || name?.value === operationName);
  if (!definition || (!operationName && operations.length > 1)) {
    throw malformed('Must provide operation name if query contains multiple operations.');
  }
  const fields = definition.selectionSet.selections.flatMap((node) =>
    node.kind === Kind.FIELD ? [node.name.value] : [],
  );
  const names = { operation: definition.name?.value ?? null, fields };
  return { document, definition, names, variables: body.data.variables ?? {} };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON', 'BAD_REQUEST');
  }
};

const strikeBefore = (fault: RequestFault, linear: Linear): HttpResponse | undefined => {
  switch (fault.kind) {
    case '5xx':
      return { status: fault.status, headers: { 'content-type': 'text/plain' }, body: 'upstream failure' };
    case 'timeout-before':
      return { ...json(200, {}), cutAfterMs: fault.timeoutMs };
    case 'expired-token':
      throw notAuthenticated();
    case 'rate-limit': {
      const message = 'Rate limit exceeded. Only 5000 requests are allowed per 1 hour.';
      const headers = {
        'x-ratelimit-requests-remaining': '0',
        'x-ratelimit-requests-reset': String(linear.clock.now() + fault.resetMs),
      };
      const response = refusal(rateLimited(message, fault.status));
      return { ...response, headers: { ...response.headers, ...headers } };
    }
    case 'timeout-after':
      return undefined;
  }
};

const NARROW_SCOPES: Record<string, string> = {
  issueCreate: 'issues:create',
  commentCreate: 'comments:create',
};

const requireScope = ({ operation, selectionSet }: OperationDefinitionNode, { scope }: Caller): void => {
  if (operation !== 'mutation' || !scope || scope.includes('write') || scope.includes('admin')) return;
  for (const selection of selectionSet.selections) {
    const narrow = selection.kind === Kind.FIELD ? NARROW_SCOPES[selection.name.value] : undefined;
    if (!narrow || !scope.includes(narrow)) throw forbidden('Invalid scope: `write` required');
  }
};

const run = async (linear: Linear, caller: Caller, operation: Operation): Promise<HttpResponse> => {
  const { store, clock, webhooks, budgets } = linear;
  const result = await execute({
    schema: linear.schema,
    document: operation.document,
    operationName: operation.names.operation,
    variableValues: operation.variables,
    contextValue: { ...caller, store, clock, webhooks, budgets: () => budgets.status(caller, clock.now()) },
    fieldResolver: resolve,
  });
  const { errors, data } = result;
  if (!errors) return json(200, { data });
  const formatted = errors.map(format);
  const status = Math.max(...formatted.map(({ status: own }) => own));
  return json(status, { errors: formatted.map(({ error }) => error), data: data ?? null });
};

const format = (error: GraphQLError) => {
  const cause = error.originalError ?? error;
  if (cause instanceof LinearError) {
    return { status: cause.httpStatus, error: { ...error.toJSON(), extensions: cause.extensions } };
  }
  // Without a path nothing was executed: the variables did not fit the schema.
  if (!error.path || cause instanceof GraphQLError) {
    const { extensions } = malformed(error.message, 'BAD_USER_INPUT');
    return { status: 400, error: { ...error.toJSON(), extensions } };
  }
  console.error(cause);
  const extensions = {
    type: 'internal error',
    code: 'INTERNAL_SERVER_ERROR',
    statusCode: 500,
    userError: false,
  };
  return { status: 500, error: { ...error.toJSON(), extensions } };
};

/** The answer to a request that was not executed. */
const refusal = (error: unknown): HttpResponse => {
  const errors = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const formatted = errors.map((one) => {
    if (one instanceof LinearError) {
      return { status: one.httpStatus, error: { message: one.message, extensions: one.extensions } };
    }
    if (one instanceof GraphQLError) {
      return { status: 400, error: { ...one.toJSON(), extensions: malformed(one.message).extensions } };
    }
    throw one;
  });
  return json(formatted[0]?.status ?? 400, { errors: formatted.map((one) => one.error) });
};

const errorMessages = ({ body, headers }: HttpResponse): string[] => {
  if (!headers['content-type']?.includes('json') || !body.startsWith('{"errors"')) return [];
  return ((JSON.parse(body) as FormattedExecutionResult).errors ?? []).map(({ message }) => message);
};
