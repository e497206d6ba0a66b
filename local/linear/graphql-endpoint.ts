import { execute, type OperationDefinitionNode } from 'graphql';
import { type HttpRequest, type HttpResponse, json } from '../stand-in/http.ts';
import type { RequestFault } from './faults.ts';
import { answerOf, errorMessages, refusal } from './graphql/answers.ts';
import { authenticate } from './graphql/authenticate.ts';
import { type Context, contextOf } from './graphql/context.ts';
import { forbidden, notAuthenticated, rateLimited } from './graphql/errors.ts';
import { fieldResolver, type RootResolver } from './graphql/fields.ts';
import { Documents, type Operation } from './graphql/operation.ts';
import type { Linear } from './linear.ts';
import { mutations } from './resolvers/mutations.ts';
import { queries } from './resolvers/queries.ts';
import type { Caller } from './store/caller.ts';

const resolveField = fieldResolver({
  Query: queries as Record<string, RootResolver>,
  Mutation: mutations as Record<string, RootResolver>,
});

/** Resolves a field, unless it is a mutation that a fault makes unsuccessful. */
const resolve: typeof resolveField = (source, args, context, info) =>
  info.parentType.name === 'Mutation' && context.isUnsuccessful?.(info.fieldName)
    ? { success: false, lastSyncId: 0 }
    : resolveField(source, args, context, info);

/** Answers `POST /graphql`. */
export const graphqlEndpoint = (linear: Linear) => {
  const documents = new Documents(linear.schema);
  return async (request: HttpRequest): Promise<HttpResponse> => {
    const startedAt = performance.now();
    let caller: Caller | undefined;
    let operation: Operation | undefined;
    let fault: RequestFault | undefined;
    let complexity = 0;
    const answer = async (): Promise<HttpResponse> => {
      caller = authenticate(request.headers.authorization, linear);
      operation = documents.read(request);
      complexity = operation.complexity(linear.switches.values.complexity);
      const { names, definition } = operation;
      const targets = [...names.fields, ...(names.operation ? [names.operation] : [])];
      fault = linear.faults.takeRequest(targets, caller.organizationId);
      const before = fault && answerBeforeRunning(fault, linear);
      if (before) return before;
      const exceeded = linear.budgets.spend(caller, complexity, linear.clock.now());
      if (exceeded) throw exceeded;
      requireScope(definition, operation.names.fields, caller);
      const response = await run(linear, caller, operation, fault);
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
    return { ...response, headers: { ...budgets, ...retryAfter(linear, response), ...response.headers } };
  };
};

/** The SDK reads this header, but Linear was never observed to send it. */
const retryAfter = (linear: Linear, { body }: HttpResponse): Record<string, string> =>
  linear.switches.values.retryAfterHeader === 'present' && body.includes('"RATELIMITED"')
    ? { 'retry-after': '60' }
    : {};

const answerBeforeRunning = (fault: RequestFault, { clock, switches }: Linear): HttpResponse | undefined => {
  switch (fault.kind) {
    case '5xx':
      return { status: fault.status, headers: { 'content-type': 'text/plain' }, body: 'upstream failure' };
    case 'timeout-before':
      return { ...json(200, {}), cutAfterMs: fault.timeoutMs };
    case 'expired-token':
      throw notAuthenticated(undefined, switches.values.authenticationStatus);
    case 'rate-limit': {
      const message = 'Rate limit exceeded. Only 5000 requests are allowed per 1 hour.';
      const headers = {
        'x-ratelimit-requests-remaining': '0',
        'x-ratelimit-requests-reset': String(clock.now() + fault.resetMs),
      };
      const response = refusal(rateLimited(message, fault.status ?? switches.values.rateLimitStatus));
      return { ...response, headers: { ...response.headers, ...headers } };
    }
    case 'timeout-after':
    case 'unsuccessful':
      return undefined;
  }
};

/** Scopes that permit a single mutation without `write`. */
const SINGLE_FIELD_SCOPES: Record<string, string> = {
  issueCreate: 'issues:create',
  commentCreate: 'comments:create',
};

const requireScope = ({ operation }: OperationDefinitionNode, fields: string[], { scope }: Caller): void => {
  if (operation !== 'mutation' || !scope || scope.includes('write') || scope.includes('admin')) return;
  for (const field of fields) {
    const sufficient = SINGLE_FIELD_SCOPES[field];
    if (!sufficient || !scope.includes(sufficient)) throw forbidden('Invalid scope: `write` required');
  }
};

const run = async (
  linear: Linear,
  caller: Caller,
  operation: Operation,
  fault: RequestFault | undefined,
): Promise<HttpResponse> =>
  answerOf(
    await execute({
      schema: linear.schema,
      document: operation.document,
      operationName: operation.names.operation,
      variableValues: operation.variables,
      contextValue: {
        ...contextOf(linear, caller),
        isUnsuccessful: (field) =>
          fault?.kind === 'unsuccessful' && [field, operation.names.operation].includes(fault.operation),
      } satisfies Context,
      fieldResolver: resolve,
    }),
  );
