import { describe, expect, test } from 'vitest';
import type { FunctionName } from '../../lib/environments.ts';
import { permissions, tableStatements } from '../../lib/permissions.ts';
import { resources, templates } from './stacks.ts';

type Statement = { Action: string | string[]; Resource: unknown; Effect: string };
const list = <T>(value: T | T[]) => (Array.isArray(value) ? value : [value]);
const { service } = templates();

const policies = resources(service, 'AWS::IAM::Policy').map(([, { Properties }]) => ({
  roles: Properties.Roles.map(({ Ref }: { Ref: string }) => Ref) as string[],
  statements: Properties.PolicyDocument.Statement as Statement[],
}));

/** Names a resource by what it is: `features`, `features/index/due`, `LinearApp`, `TokenKey`, `Sync`. */
const named = (resource: unknown): string => {
  const text = JSON.stringify(resource);
  const index = text.match(/\/index\/\w+/)?.[0] ?? '';
  const id =
    text.match(/ExportsOutput(?:FnGetAtt|Ref)([A-Za-z]+?)[0-9A-F]{8}/)?.[1] ??
    text.match(/\["([A-Za-z]+?)[0-9A-F]{8}"/)?.[1];
  return `${id}${index}`;
};

const grantsOf = (name: string) =>
  policies
    .filter(({ roles }) => roles.some((role) => role.startsWith(`${name}Role`)))
    .flatMap(({ statements }) => statements)
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((resource) => `${action} ${named(resource)}`)),
    )
    .sort();

describe.each(Object.entries(permissions))(
  '%s',
  (name, { tables: granted, secrets = [], tokenKey = [], invokes = [], announces = false }) => {
    test('may do what permissions.ts lists and nothing else', () => {
      const onTables = Object.entries<readonly string[]>(granted).flatMap(([table, grants]) =>
        grants.map((grant) => {
          const [action, index] = grant.split(' ');
          return `dynamodb:${action} ${table.replaceAll('_', '')}${index ? `/index/${index}` : ''}`;
        }),
      );
      expect(grantsOf(name)).toEqual(
        [
          ...onTables,
          ...secrets.map(
            (secret) => `secretsmanager:GetSecretValue ${secret[0]?.toUpperCase()}${secret.slice(1)}`,
          ),
          ...tokenKey.map((action) => `kms:${action} TokenKey`),
          ...invokes.map((invoked) => `lambda:InvokeFunction ${invoked}`),
          ...(announces ? ['events:PutEvents Dispatch'] : []),
          `logs:CreateLogStream ${name}Logs`,
          `logs:PutLogEvents ${name}Logs`,
        ].sort(),
      );
    });
  },
);

test('no policy allows a wildcard action or resource', () => {
  for (const { statements } of policies) {
    for (const { Action, Resource, Effect } of statements) {
      expect(Effect).toBe('Allow');
      expect(list(Action).filter((action) => action.includes('*'))).toEqual([]);
      expect(JSON.stringify(Resource)).not.toContain('*');
    }
  }
});

test('the schedule may invoke the tick and nothing else', () => {
  expect(grantsOf('TickSchedule')).toEqual([
    'lambda:InvokeFunction PollerTick' satisfies `${string} ${FunctionName}`,
  ]);
});

test('grants on indexes alone make no statement without actions', () => {
  expect(tableStatements(['Query due'], 'arn:table')).toEqual([
    { actions: ['dynamodb:Query'], resources: ['arn:table/index/due'] },
  ]);
  expect(tableStatements(['GetItem'], 'arn:table')).toEqual([
    { actions: ['dynamodb:GetItem'], resources: ['arn:table'] },
  ]);
  expect(tableStatements([], 'arn:table')).toEqual([]);
});
