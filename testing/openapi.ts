import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openapiDocument } from '../lambdas/api/openapi.ts';
import { routes } from '../lambdas/routes.ts';
import { createRouter } from '../local/api-gateway/routes.ts';

type Json = Record<string, unknown>;
type Responses = Record<string, { $ref?: string; content?: Record<string, { schema: Json }> }>;

const document = openapiDocument();

/** The document allows additional properties. Today's answers must have none, least of all a token. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
};

const FORMATS: Record<string, (text: string) => boolean> = {
  'date-time': (text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text,
  uri: URL.canParse,
};

const ajv = new Ajv2020({ strict: true, strictTypes: false, formats: FORMATS });
ajv.addSchema({ $id: 'openapi', components: closed(document.components) as object });
ajv.addKeyword('components');

const compiled = new Map<string, ValidateFunction>();
const validator = (schema: Json): ValidateFunction => {
  const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', '"openapi#/components/');
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text));
  compiled.set(text, validate);
  return validate;
};

const keys = Object.keys(routes).map((RouteKey) => ({
  RouteKey,
  AuthorizationType: 'NONE' as const,
  Target: '',
}));
const match = createRouter(keys);

/** How an answer deviates from the OpenAPI document; undefined if it does not. */
export const deviation = (
  request: { method: string; path: string },
  answer: { status: number; type: string | null; text: string },
): string | undefined => {
  const { routeKey = '$default' } = match(request.method, request.path) ?? {};
  const [method = '', path = ''] = routeKey.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()] as { responses: Responses } | undefined;
  const responses: Responses = operation?.responses ?? {
    default: { $ref: '#/components/responses/Refused' },
  };
  const where = `${request.method} ${request.path} → ${answer.status}`;
  const described = responses[answer.status] ?? (answer.status >= 400 ? responses.default : undefined);
  if (!described) return `${where}: the document knows no such status of ${routeKey}`;
  const shared: Responses = document.components.responses;
  // A route that describes a status itself may also give the answer that every route may give.
  const contents = [
    described,
    shared.Refused,
    ...(described.$ref ? [shared[described.$ref.split('/').at(-1) ?? '']] : []),
  ];
  const [type = ''] = (answer.type ?? '').split(';');
  const found = contents.slice(0, answer.status < 400 ? 1 : undefined).find((each) => each?.content?.[type]);
  if (answer.text === '' && !described.content) return undefined;
  const schema = found?.content?.[type]?.schema;
  if (!schema) return `${where}: ${type || 'a body without a type'} is not what the document says`;
  if (!type.endsWith('json')) return undefined;
  const validate = validator(schema);
  return validate(JSON.parse(answer.text)) ? undefined : `${where}: ${ajv.errorsText(validate.errors)}`;
};

/**
 * Compares every answer that `fetch` gets from the API with the document. Call the result to stop and get the
 * deviations.
 */
export const watchAnswers = (api: string): (() => string[]) => {
  const { origin } = new URL(api);
  const original = globalThis.fetch;
  const deviations = new Set<string>();
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const asked = input instanceof Request ? input.url : String(input);
    const url = new URL(response.url || asked);
    if (url.origin !== origin) return response;
    const method = response.redirected ? 'GET' : (init?.method ?? 'GET');
    const answer = { status: response.status, type: response.headers.get('content-type') };
    const text = await response
      .clone()
      .text()
      .catch(() => undefined);
    const wrong = text !== undefined && deviation({ method, path: url.pathname }, { ...answer, text });
    if (wrong) deviations.add(wrong);
    return response;
  };
  return () => {
    globalThis.fetch = original;
    return [...deviations];
  };
};
