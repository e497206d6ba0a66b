import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodies } from '../../../lambdas/api/components.ts';
import { openapiDocument } from '../../../lambdas/api/openapi.ts';
import { AppError } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { type HttpEvent, httpHandler, jsonBody } from '../../../shared/runtime/http.ts';

/** Every problem answer is smaller than this. */
const MOST_BYTES = 50_000;
/** The largest body that is read. */
const LARGEST_BODY = 500_000;

const answerTo = async (body: string, parse: (input: unknown) => unknown) => {
  const headers = { 'content-type': 'application/json' };
  const event = { body, headers, routeKey: 'PATCH /', isBase64Encoded: false } as unknown as HttpEvent;
  const answer = httpHandler(async (each) => {
    parse(jsonBody(each));
    return { statusCode: 200, body: '' };
  })(event, { awsRequestId: 'R' } as never, (() => {}) as never);
  return (await answer) as { statusCode: number; body: string };
};

/** Characters that JSON writes in 1, 2, 3, 4 and 6 bytes. */
const CHARACTERS = ['x', '"', '漢', '😀', '\u0000', '\ud800'];
/** A text whose JSON has `bytes` bytes or a little less. */
const filled = (character: string, bytes: number): string =>
  character.repeat(Math.floor(bytes / Buffer.byteLength(JSON.stringify(character).slice(1, -1))));
const many = (count: number, each: (n: number) => [string, unknown]) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => each(n)));

/** For each kind of wrong body, one that is nearly as large as a body may be. */
const hostileBodies = (character: string): Record<string, unknown> => {
  const long = filled(character, LARGEST_BODY - 100);
  const key = (n: number, bytes = 90) => `${n}${filled(character, bytes)}`;
  return {
    'unknown keys': many(4_500, (n) => [key(n), 1]),
    'long unknown keys': many(100, (n) => [key(n, 4_800), 1]),
    'a long unknown key': { [long]: 1 },
    'unknown settings': { settings: many(4_500, (n) => [key(n), 1]) },
    'unknown teams': { settings: { teamStatusMaps: many(4_000, (n) => [key(n), {}]) } },
    'wrong maps of as many teams as may be': {
      settings: { teamStatusMaps: many(250, (n) => [key(n), many(15, (m) => [key(m), m])]) },
    },
    'long names of teams': {
      settings: { teamStatusMaps: many(100, (n) => [key(n, 4_800), { pending: 1 }]) },
    },
    'a long name of a state': { settings: { statusMap: { pending: long } } },
    'a long label': { settings: { triggerLabel: long } },
    'a long run': { status: 'passing', runId: long },
    'a long url': { status: 'passing', runId: 'r', prUrl: `https://x.example/${long}` },
    'a long status': { status: long },
    'a long subject': { sub: long },
    'long ids': { projectId: long.slice(0, long.length / 2), linearIssueId: long.slice(0, long.length / 2) },
    'a long array': Array.from({ length: 4_500 }, (_, n) => key(n)),
    'an array of settings': { settings: Array.from({ length: 4_500 }, (_, n) => key(n)) },
  };
};

/** The texts are made once, because every schema gets the same. */
const hostileTexts = new Map(
  CHARACTERS.map((character) => [
    character,
    Object.entries(hostileBodies(character)).map(([kind, value]) => ({ kind, body: JSON.stringify(value) })),
  ]),
);

describe.each(Object.entries(bodies))('the answer to a wrong %s', (_, schema) => {
  test.each(CHARACTERS)('is smaller than 50 kB when the body is huge and full of %j', async (character) => {
    const statuses = new Set<number>();
    for (const { kind, body } of hostileTexts.get(character) ?? []) {
      const { statusCode, body: answer } = await answerTo(body, (input) =>
        parseInput(schema, input, 'The body'),
      );
      expect(Buffer.byteLength(answer), kind).toBeLessThan(MOST_BYTES);
      statuses.add(statusCode);
    }
    expect([...statuses]).toContain(400);
    expect([...statuses].filter((status) => ![200, 400, 413].includes(status))).toEqual([]);
  });

  test.each(['[', '{"settings":{"a":', '{"a":'])(
    'is smaller than 50 kB when the body nests %s as deep as it can',
    async (opening) => {
      const closing = [...opening]
        .toReversed()
        .map((one) => ({ '[': ']', '{': '}' })[one] ?? '')
        .join('');
      const depth = Math.floor(LARGEST_BODY / (opening.length + closing.length)) - 1;
      const body = `${opening.repeat(depth)}1${closing.repeat(depth)}`;
      const { statusCode, body: answer } = await answerTo(body, (input) =>
        parseInput(schema, input, 'The body'),
      );
      expect(statusCode).toBe(400);
      expect(Buffer.byteLength(answer)).toBeLessThan(MOST_BYTES);
    },
  );
});

test('an answer is smaller than 50 kB whatever its errors quote', async () => {
  const text = fc
    .tuple(fc.constantFrom(...CHARACTERS), fc.nat(20_000))
    .map(([one, times]) => one.repeat(times));
  const fields = fc.array(fc.record({ field: text, message: text }), { minLength: 1, maxLength: 20 });
  const refusal = fc.record({ message: text, fields, times: fc.integer({ min: 1, max: 100 }) });
  await fc.assert(
    fc.asyncProperty(refusal, async ({ message, fields, times }) => {
      const all = Array.from({ length: times }, () => fields).flat();
      const { body } = await answerTo('{}', () => {
        throw new AppError('invalid_input', message, { fields: all });
      });
      expect(Buffer.byteLength(body)).toBeLessThan(MOST_BYTES);
      const { errors } = JSON.parse(body) as { errors: { message: string }[] };
      const more = Number(/^And (\d+) more\.$/.exec(errors.at(-1)?.message ?? '')?.[1] ?? 0);
      expect(errors.length - (more > 0 ? 1 : 0) + more).toBe(all.length);
    }),
    { numRuns: 50 },
  );
});

test('the OpenAPI document says how many team maps there may be and how long names may be', () => {
  const document = JSON.parse(JSON.stringify(openapiDocument()));
  const { properties } = document.components.schemas.WorkspaceChanges.properties.settings;
  expect(properties.teamStatusMaps).toMatchObject({ maxProperties: 250, propertyNames: { maxLength: 100 } });
  expect(properties.triggerLabel).toMatchObject({ minLength: 1, maxLength: 100 });
  expect(properties.statusMap.properties.pending.anyOf[0]).toMatchObject({ maxLength: 100 });
});
