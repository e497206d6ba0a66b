import * as z from 'zod/mini';
import { type Route, type RouteKey, routes } from '../routes.ts';
import { answers, bodies } from './components.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

type Json = Record<string, unknown>;

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const content = (type: string, schema: Json) => ({ content: { [type]: { schema } } });

/** Schemas describe what a caller writes: a field with a default is optional, and objects may get more fields. */
const asWritten = {
  io: 'input',
  // The format says enough; zod's pattern for it fills a screen.
  override: ({ jsonSchema }) => {
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  },
} as const satisfies Parameters<typeof z.toJSONSchema>[1];

const plain = ({ $schema, $id, ...schema }: Json): Json => schema;

const componentSchemas = (): Record<string, Json> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries({ ...bodies, ...answers })) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...asWritten, uri: (id) => ref(id).$ref });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema as Json)]));
};

const parametersOf = (path: string, query: Operation['query']): Json[] => {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (!query) return inPath;
  const { properties = {}, required = [] } = z.toJSONSchema(query, asWritten);
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return [...inPath, ...inQuery];
};

const answerOf = (answer: Operation['answers'][number], markdown = false): Json => {
  if (answer === 'nothing') return {};
  if (answer === 'page') return content('text/html', { type: 'string' });
  const inJson = content('application/json', ref(answer));
  return markdown
    ? { content: { ...inJson.content, ...content('text/markdown', { type: 'string' }).content } }
    : inJson;
};

const descriptions: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No content',
  303: 'Redirects to Linear',
};

const responsesOf = ({ answers, conflict, markdown }: Operation, isPublic: boolean): Json => ({
  ...Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      {
        description: descriptions[Number(status)] ?? 'A page that says what happened and what to do',
        ...answerOf(answer, markdown),
      },
    ]),
  ),
  ...(isPublic ? {} : { 401: { $ref: '#/components/responses/Unauthorized' } }),
  ...(conflict
    ? { 409: { description: conflict, ...content('application/problem+json', ref('Problem')) } }
    : {}),
  default: { $ref: '#/components/responses/Refused' },
});

const requestBodyOf = (body: Operation['body']): Json => {
  if (!body) return {};
  const schema = body === 'Linear' ? { type: 'object' } : ref(body);
  return { requestBody: { required: true, ...content('application/json', schema) } };
};

const operationOf = (key: Exclude<RouteKey, '$default'>): Json => {
  const { scope }: Route = routes[key];
  const operation = operations[key];
  const [, path = ''] = key.split(' ');
  return {
    summary: operation.summary,
    ...(scope === 'public' ? { security: [] } : { security: [{ jwt: [scope] }] }),
    parameters: parametersOf(path, operation.query),
    ...requestBodyOf(operation.body),
    responses: responsesOf(operation, scope === 'public'),
  };
};

/** The OpenAPI 3.1 document of every route, made of the schemas that requests are validated with. */
export const openapiDocument = () => {
  const paths: Record<string, Record<string, Json>> = {};
  for (const key of Object.keys(routes) as RouteKey[]) {
    if (key === '$default') continue;
    const [method = '', path = ''] = key.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(key) };
  }
  const gateway = { 'application/json': { schema: ref('GatewayError') } };
  return {
    openapi: '3.1.0',
    info: {
      title: 'omakase-linear',
      version: '1',
      description:
        'Linear issues as features, for orchestrators that take them and report back. A list is ' +
        '`{ items, nextCursor? }`: pass `nextCursor` as `cursor` to get the next page. What a caller may not see ' +
        'is a 404. Errors are problem details (RFC 9457).',
    },
    paths,
    components: {
      securitySchemes: {
        jwt: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A token of the configured issuer that carries the scope of the route.',
        },
      },
      responses: {
        Unauthorized: { description: 'The token is missing or not valid', content: gateway },
        Refused: {
          description:
            'The request failed. 400: fields are wrong, and `errors` names each. 403: the token lacks the scope, ' +
            'or the caller is not the owner. 404: it does not exist, or the caller may not see it. 413: the body ' +
            'is too large. 415: the body is not JSON. 429: too many requests. 5xx: the service or Linear failed',
          content: { 'application/problem+json': { schema: ref('Problem') }, ...gateway },
        },
      },
      schemas: componentSchemas(),
    },
  };
};
