import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const DOMAIN = ['shared/domain', 'shared/errors.ts', 'shared/json.ts'];

/** Folder → what its files may import at run time, and (after `types`) as types only. The longest match counts. */
const rules: Record<string, { runtime: string[]; types?: string[] }> = {
  'shared/errors.ts': { runtime: [] },
  'shared/json.ts': { runtime: [] },
  'shared/composition': { runtime: ['shared'] },
  'shared/parse.ts': { runtime: ['shared/errors.ts'] },
  'shared/domain': { runtime: ['shared/domain'] },
  'shared/data': { runtime: [...DOMAIN, 'shared/parse.ts', 'shared/data'] },
  'shared/data/readable.ts': {
    runtime: ['shared/runtime/logger.ts', 'shared/runtime/metrics.ts'],
    types: ['shared/data'],
  },
  'shared/linear': { runtime: [...DOMAIN, 'shared/parse.ts', 'shared/linear'] },
  'shared/use-cases': {
    runtime: [...DOMAIN, 'shared/use-cases'],
    types: ['shared/data', 'shared/linear', 'shared/runtime'],
  },
  'shared/runtime': {
    runtime: ['shared/errors.ts', 'shared/json.ts', 'shared/runtime', 'shared/domain/workspaces/subject.ts'],
    types: ['shared/domain'],
  },
  lambdas: {
    runtime: [...DOMAIN, 'shared/parse.ts', 'shared/runtime', 'shared/linear/delivery.ts'],
    types: ['shared/data', 'shared/linear', 'shared/use-cases'],
  },
  'lambdas/*/index.ts': { runtime: ['shared'] },
  lib: { runtime: ['lib', 'shared/data/tables.ts', 'lambdas/routes.ts'], types: ['lambdas'] },
  bin: { runtime: ['lib'] },
  'local/linear': { runtime: ['local/linear', 'local/loopback.ts'] },
  local: { runtime: ['local'] },
};

const ruleOf = (file: string): string | undefined =>
  Object.keys(rules)
    .filter((pattern) => new RegExp(`^${pattern.replaceAll('*', '[^/]+')}(/|$)`).test(file))
    .sort((a, b) => b.length - a.length)[0];

const isUnder = (file: string, prefixes: string[] = []) =>
  prefixes.some((prefix) => file === prefix || file.startsWith(`${prefix}/`));

/** A lambda may import its own folder and the list of routes, never another lambda. */
const isOwnLambda = (file: string, imported: string) =>
  file.startsWith('lambdas/') && (imported === 'lambdas/routes.ts' || dirname(file) === dirname(imported));

const importsOf = (file: string): { path: string; isType: boolean }[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^(?:import|export)( type)?[^;'"]*?from '(\.[^']+)'/gms,
    ),
  ].map(([, type, path = '']) => ({
    path: relative(root, join(root, dirname(file), path)),
    isType: type !== undefined,
  }));

test('every file imports only what its folder may', () => {
  const files = globSync('{bin,lib,lambdas,shared,local}/**/*.ts', { cwd: root });
  expect(files.length).toBeGreaterThan(50);
  const broken = files.flatMap((file) => {
    const { runtime, types } = rules[ruleOf(file) ?? ''] ?? { runtime: [] };
    return importsOf(file)
      .filter(({ path, isType }) => {
        const allowed = isUnder(path, runtime) || (isType && isUnder(path, types)) || isOwnLambda(file, path);
        return !allowed;
      })
      .map(({ path }) => `${file} → ${path}`);
  });
  expect(broken).toEqual([]);
});
