import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What each kind of code may import. */
const DOMAIN = [
  'shared/domain',
  'shared/errors.ts',
  'shared/fitting.ts',
  'shared/json.ts',
  'shared/in-parallel.ts',
  'shared/batched.ts',
  'shared/bounded-map.ts',
];
const STORES = [...DOMAIN, 'shared/parse.ts', 'shared/data/*.ts'];
const ROWS = ['shared/data'];
const VENDORS = ['shared/linear', 'shared/runtime'];
/** Use cases decide on what Linear refuses, so they import its errors at run time. */
const RULES = [...DOMAIN, 'shared/linear/errors.ts'];
const TRANSPORT = [...RULES, 'shared/parse.ts', 'shared/runtime', 'lambdas/routes.ts'];
const LINEAR_DATA = ['local/linear/store', 'local/linear/webhooks'];
const CONFLUENCE_DATA = [
  'local/stand-in',
  'local/confluence/*.ts',
  'local/confluence/store',
  'local/confluence/storage',
];
const PRODUCT = ['bin', 'lib', 'lambdas', 'shared', 'local'];

/**
 * Folder → what its files may import at run time, and (`types`) as types only. The longest match counts; a file may
 * always import the files of its own folder. Layers: `domain`, `data`, `use-cases`. Subjects: `schedule`, `mirror`,
 * `workspaces`, `features`, `planning`.
 */
const rules: Record<string, { runtime: string[]; types?: string[] }> = {
  'shared/errors.ts': { runtime: ['shared/fitting.ts'] },
  'shared/fitting.ts': { runtime: [] },
  'shared/json.ts': { runtime: [] },
  'shared/in-parallel.ts': { runtime: [] },
  'shared/batched.ts': { runtime: [] },
  'shared/bounded-map.ts': { runtime: [] },
  'shared/parse.ts': { runtime: ['shared/errors.ts'] },

  'shared/domain': { runtime: [] },
  'shared/domain/schedule': { runtime: ['shared/domain/*.ts'] },
  'shared/domain/mirror': { runtime: ['shared/domain/*.ts'] },
  'shared/domain/workspaces': { runtime: ['shared/domain/*.ts', 'shared/domain/mirror'] },
  'shared/domain/features': {
    runtime: ['shared/domain/*.ts', 'shared/domain/mirror', 'shared/domain/workspaces'],
  },

  'shared/domain/planning': {
    runtime: [
      'shared/fitting.ts',
      'shared/domain/*.ts',
      'shared/domain/mirror',
      'shared/domain/workspaces',
      'shared/domain/features',
    ],
  },

  'shared/reader': { runtime: ['shared/domain/planning', 'shared/bounded-map.ts'] },

  'shared/data': { runtime: [...DOMAIN, 'shared/parse.ts'] },
  'shared/data/schedule': { runtime: STORES },
  'shared/data/mirror': { runtime: [...STORES, 'shared/data/schedule'] },
  'shared/data/workspaces': { runtime: [...STORES, 'shared/data/schedule'] },
  'shared/data/features': { runtime: [...STORES, 'shared/data/schedule', 'shared/data/mirror'] },
  'shared/data/planning': { runtime: [...STORES, 'shared/data/schedule'] },

  'shared/linear': { runtime: [...DOMAIN, 'shared/parse.ts'] },
  'shared/confluence': { runtime: [...DOMAIN, 'shared/parse.ts'] },

  'shared/use-cases': { runtime: RULES },
  'shared/use-cases/workspaces': {
    runtime: [...RULES, 'shared/use-cases/*.ts'],
    types: [...ROWS, ...VENDORS],
  },
  'shared/use-cases/mirror': {
    runtime: [...RULES, 'shared/use-cases/*.ts', 'shared/use-cases/workspaces'],
    types: [...ROWS, ...VENDORS],
  },
  'shared/use-cases/features': {
    runtime: [...RULES, 'shared/use-cases/*.ts', 'shared/use-cases/workspaces', 'shared/use-cases/mirror'],
    types: [...ROWS, ...VENDORS],
  },
  'shared/use-cases/planning': {
    runtime: [
      ...RULES,
      'shared/confluence/errors.ts',
      'shared/confluence/page-address.ts',
      'shared/use-cases/*.ts',
      'shared/use-cases/workspaces',
    ],
    types: [...ROWS, ...VENDORS, 'shared/confluence', 'shared/reader'],
  },
  'shared/use-cases/schedule': { runtime: [...RULES, 'shared/use-cases'], types: [...ROWS, ...VENDORS] },

  'shared/runtime': {
    runtime: ['shared/errors.ts', 'shared/json.ts', 'shared/domain/workspaces/subject.ts'],
  },
  'shared/composition': { runtime: ['shared'] },

  lambdas: { runtime: [] },
  'lambdas/*': {
    runtime: TRANSPORT,
    types: [...ROWS, 'shared/linear', 'shared/confluence', 'shared/use-cases'],
  },
  'lambdas/webhook': {
    runtime: [...TRANSPORT, 'shared/linear/webhook/delivery.ts'],
    types: ['shared/use-cases'],
  },
  'lambdas/api': {
    runtime: [...TRANSPORT, 'lambdas/api/*'],
    types: [...ROWS, 'shared/linear', 'shared/confluence', 'shared/use-cases'],
  },
  'lambdas/api/*': {
    runtime: [...TRANSPORT, 'lambdas/api/*.ts'],
    types: [...ROWS, 'shared/linear', 'shared/confluence', 'shared/use-cases'],
  },
  'lambdas/*/index.ts': { runtime: ['shared'] },

  lib: { runtime: ['shared/data/tables.ts', 'lambdas/routes.ts'], types: ['lambdas/*/env.ts'] },
  bin: { runtime: ['lib'] },

  local: { runtime: ['local/*'] },
  'local/*': { runtime: ['local/*.ts', 'local/*'] },
  'local/stand-in': { runtime: ['local/loopback.ts'] },
  'local/linear': { runtime: ['local/linear', 'local/stand-in'] },
  'local/linear/store': { runtime: ['local/stand-in'] },
  'local/linear/seed': { runtime: ['local/stand-in', 'local/linear/store'] },
  'local/linear/webhooks': { runtime: ['local/stand-in', 'local/linear/store', 'local/linear/faults.ts'] },
  'local/linear/graphql': {
    runtime: ['local/stand-in', 'local/linear/store', 'local/linear/webhooks'],
  },
  'local/linear/oauth': { runtime: ['local/stand-in', 'local/linear/*.ts', ...LINEAR_DATA] },
  'local/linear/resolvers': {
    runtime: ['local/stand-in', ...LINEAR_DATA, 'local/linear/seed', 'local/linear/graphql'],
  },
  'local/linear/page': {
    runtime: [
      'local/stand-in',
      'local/linear/*.ts',
      ...LINEAR_DATA,
      'local/linear/graphql',
      'local/linear/resolvers',
    ],
  },
  'local/linear/control': {
    runtime: [
      'local/stand-in',
      'local/linear/*.ts',
      ...LINEAR_DATA,
      'local/linear/seed',
      'local/linear/graphql',
      'local/linear/oauth',
    ],
  },
  'local/confluence': { runtime: ['local/confluence', 'local/stand-in'] },
  'local/confluence/storage': { runtime: [] },
  'local/confluence/store': { runtime: ['local/stand-in', 'local/confluence/storage'] },
  'local/confluence/oauth': { runtime: CONFLUENCE_DATA },
  'local/confluence/seed': { runtime: [...CONFLUENCE_DATA, 'local/confluence/oauth'] },
  'local/confluence/api': { runtime: [...CONFLUENCE_DATA, 'local/confluence/oauth'] },
  'local/confluence/control': {
    runtime: [...CONFLUENCE_DATA, 'local/confluence/oauth', 'local/confluence/seed'],
  },

  testing: { runtime: PRODUCT },
  bench: { runtime: [...PRODUCT, 'testing'] },
  chaos: { runtime: [...PRODUCT, 'testing'] },
  test: { runtime: [...PRODUCT, 'testing', 'test/support', 'bench', 'chaos'] },
};

/** In a pattern, `*` matches one name, and a folder matches everything in it. */
const matches = (path: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/.]+')}(/|$)`).test(path);

const ruleOf = (file: string): string =>
  Object.keys(rules)
    .filter((pattern) => matches(file, pattern))
    .sort((a, b) => b.split('/').length - a.split('/').length || b.length - a.length)[0] ?? '';

const isAllowed = (path: string, patterns: string[] = []) =>
  patterns.some((pattern) => matches(path, pattern));

/** Whether a path is in the same folder as the rule's files, or in a subfolder without a rule of its own. */
const isOwn = (file: string, rule: string, path: string): boolean => {
  const depth = rule.endsWith('.ts') ? file.split('/').length - 1 : rule.split('/').length;
  const folder = file.split('/').slice(0, depth).join('/');
  return path.startsWith(`${folder}/`) && (rule.endsWith('.ts') || ruleOf(path) === rule);
};

const importsOf = (file: string): { path: string; isType: boolean }[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^(?:import|export)( type)?[^;'"]*?from '(\.[^']+)'/gms,
    ),
  ].map(([, type, path = '']) => ({
    path: relative(root, join(root, dirname(file), path)),
    isType: type !== undefined,
  }));

const files = globSync('{bin,lib,lambdas,shared,local,bench,chaos,testing,test}/**/*.ts', { cwd: root });

test('every file imports only what its folder may', () => {
  expect(files.length).toBeGreaterThan(400);
  const broken = files.flatMap((file) => {
    const rule = ruleOf(file);
    const { runtime, types } = rules[rule] ?? { runtime: [] };
    return importsOf(file)
      .filter(
        ({ path, isType }) =>
          !isOwn(file, rule, path) && !isAllowed(path, runtime) && !(isType && isAllowed(path, types)),
      )
      .map(({ path }) => `${file} → ${path}`);
  });
  expect(broken).toEqual([]);
});
