import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bindIssue } from '../../../testing/bound-issue.ts';
import { SCOPES } from '../../../testing/oauth-flow.ts';
import { deviation } from '../../../testing/openapi.ts';
import { startPlanning } from '../../../testing/planning.ts';
import { startStack, type TestStack } from '../../../testing/stack.ts';
import { type JsonSchema, valuesOf } from '../../support/json-schema.ts';
import { startPulling } from '../../support/pulling.ts';

/** The number of requests to each route; `FUZZ_RUNS=1000` takes a night. Another seed sends other requests. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 12);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
/** The number of requests that are sent at once. */
const AT_ONCE = 4;

type Parameter = { name: string; in: 'path' | 'query'; required: boolean; schema: JsonSchema };
type Operation = {
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
};
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
};

let stack: TestStack;
let document: Document;
const tokens: string[] = [];
/** Ids that exist, by the part of a path that they follow. */
const there: Record<string, string[]> = {};
/** How often each status was answered. A fuzz test that gets only 404 proves nothing. */
const seen = new Map<number, number>();

beforeAll(async () => {
  stack = await startStack({ confluence: 'local' });
  document = (await (await fetch(new URL('/openapi.json', stack.outputs.api))).json()) as Document;
  const { workspaceId, project, api, ready } = await startPulling(stack, 'auth0|owner');
  const features = await ready('Fuzz', 'Buzz');
  for (const sub of ['auth0|owner', 'auth0|stranger']) tokens.push(await stack.token(sub, SCOPES));
  const history = await api.get<{ items: { id: string }[] }>(`/workspaces/${workspaceId}/history`);
  const plan = await startPlanning(stack, { sub: 'auth0|owner', workspaceId, projectId: project.id });
  const bound = { workspaceId, sessionId: plan.id, itemId: 'an-item' };
  const issueIds = features.map(({ linearIssueId }) => linearIssueId);
  for (const [n, id] of issueIds.entries()) await bindIssue(stack, bound, { id, identifier: `ENG-${n}` });
  Object.assign(there, {
    workspaces: [workspaceId],
    members: ['auth0|stranger', 'auth0|owner'],
    history: history.items.map(({ id }) => id),
    projects: [project.id],
    'planning-sessions': [plan.id],
    'linear-issues': [...issueIds, 'ENG-0'],
    items: (await plan.items()).map(({ id }) => id),
    'by-linear-project': [project.linearProjectId],
    features: features.map(({ id }) => id),
    'by-linear-issue': issueIds,
    connect: ['no-such-link'],
  });
}, 120_000);
afterAll(async () => {
  await stack?.stop();
});

const deep = (depth: number): unknown => (depth === 0 ? null : { deeper: deep(depth - 1) });
const ODD: unknown[] = [
  null,
  '',
  'omakase',
  'x'.repeat(5_000),
  '\u0000',
  '\ud800',
  '\u202e',
  '__proto__',
  0,
  -1,
  0.5,
  1e308,
  true,
  [],
  [null],
  {},
  { id: 'x' },
  'yesterday',
  '../..',
  "' OR 1=1",
  'undefined',
  deep(300),
  '😀'.repeat(100),
];
const oddText = fc.oneof(
  fc.constantFrom(...ODD.filter((odd) => typeof odd === 'string')),
  fc.string({ unit: 'binary', maxLength: 150 }),
);

const resolve = (ref: string) => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {};

/** A value with something odd somewhere in it. */
const spoilt = (value: unknown, at: number, odd: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return odd;
  const keys = [...Object.keys(value), 'another'];
  const key = keys[at % keys.length] ?? '';
  const inside = (value as Record<string, unknown>)[key];
  return { ...value, [key]: spoilt(inside, Math.floor(at / keys.length), odd) };
};

const bodyOf = ({ requestBody }: Operation): fc.Arbitrary<string | undefined> => {
  const schema = requestBody?.content['application/json']?.schema;
  const junk = fc.constantFrom(undefined, '', '{', '[]', 'null', '{"a":1}', '{"__proto__":{}}', '1e999');
  if (!schema) return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, junk);
  const good = valuesOf(schema, resolve);
  const bad = fc
    .tuple(good, fc.nat(), fc.constantFrom(...ODD))
    .map(([value, at, odd]) => spoilt(value, at, odd));
  const some = fc.oneof({ weight: 3, arbitrary: good }, { weight: 3, arbitrary: bad });
  return fc.oneof({ weight: 6, arbitrary: some.map((value) => JSON.stringify(value)) }, junk);
};

const queryOf = ({ parameters }: Operation): fc.Arbitrary<string> => {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const values = inQuery.map(({ name, schema }) =>
    fc
      .oneof(
        fc.constant(undefined),
        valuesOf(schema, resolve).map(String),
        fc.constantFrom(...Object.values(there).flat()),
        oddText,
      )
      .map((value) => [name, value] as const),
  );
  const more = fc
    .oneof({ weight: 9, arbitrary: fc.constant('') }, oddText)
    .map((name) => [name, name || undefined] as const);
  return fc.tuple(...values, more).map((pairs) => {
    const given = pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    return given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][])}`;
  });
};

const pathOf = (path: string): fc.Arbitrary<string> => {
  const parts = path.split('/').map((part, index, all) => {
    if (!part.startsWith('{')) return fc.constant(part);
    const examples = there[all[index - 1] ?? ''];
    if (!examples) throw new Error(`Add examples of ${part} in ${path} to \`there\`.`);
    const odd = oddText.filter((text) => text !== '' && text.isWellFormed()).map(encodeURIComponent);
    return fc.oneof(
      {
        weight: 12,
        arbitrary: fc.constantFrom(...examples).map(encodeURIComponent),
      },
      { weight: 2, arbitrary: odd },
      { weight: 1, arbitrary: fc.constantFrom('%', '%2F', '%00', '%FF', 'a+b', ';', '~') },
    );
  });
  return fc.tuple(...parts).map((each) => each.join('/'));
};

const requestTo = (method: string, path: string, operation: Operation) =>
  fc.record({
    path: pathOf(path),
    query: queryOf(operation),
    body: method === 'get' ? fc.constant(undefined) : bodyOf(operation),
    type: fc.oneof(
      { weight: 19, arbitrary: fc.constant('application/json') },
      fc.constantFrom('', 'text/plain'),
    ),
    // Only a stranger tries to end a connection, because the other requests need it.
    caller:
      method === 'delete' && /\/(connection|confluence|planning-sessions\/[^/]+)$/.test(path)
        ? fc.constant(1)
        : fc.constantFrom(0, 0, 0, 1),
  });
type Request = { path: string; query: string; body: string | undefined; type: string; caller: number };

const answered = async (method: string, { path, query, body, type, caller }: Request): Promise<string[]> => {
  const headers = { authorization: `Bearer ${tokens[caller]}`, 'content-type': type };
  const init = { method: method.toUpperCase(), headers, redirect: 'manual' as const };
  const response = await fetch(`${stack.outputs.api}${path}${query}`, {
    ...init,
    ...(body === undefined ? {} : { body }),
  });
  const { status } = response;
  seen.set(status, (seen.get(status) ?? 0) + 1);
  const answer = { status, type: response.headers.get('content-type'), text: await response.text() };
  const where = `${method} ${path}${query} ${body?.slice(0, 2_000)} → ${status} ${answer.text.slice(0, 500)}`;
  const wrong = deviation({ method: init.method, path: new URL(response.url).pathname }, answer);
  return [...(status >= 500 ? [where] : []), ...(wrong ? [wrong] : [])];
};

test('every route answers any request as the OpenAPI document says, and never with a 5xx', async () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  expect(operations.length).toBeGreaterThan(30);
  for (const { path, method, operation } of operations) {
    const requests = fc.array(requestTo(method, path, operation), { minLength: AT_ONCE, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(requests, async (some) => {
        const wrong = await Promise.all(some.map((request) => answered(method, request)));
        expect(wrong.flat()).toEqual([]);
      }),
      { numRuns: Math.max(1, Math.round(RUNS / AT_ONCE)), seed: SEED, endOnFailure: true },
    );
  }
  console.log(
    `answered: ${[...seen]
      .sort(([a], [b]) => a - b)
      .map(([status, times]) => `${status} ${times}×`)
      .join(', ')}`,
  );
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 409, 415]));
}, 3_600_000);
