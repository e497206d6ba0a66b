import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const names = ['api', 'oauth', 'poller', 'sync', 'webhook'] as const;

/** Each lambda's folder, holding nothing but its bundle. */
export type Bundles = Record<(typeof names)[number], string>;

/** Bundles every lambda of `lambdas` below `outdir`, in one go; `<outdir>/meta.json` says what went into which. */
export const bundleLambdas = (lambdas: string, outdir: string): Bundles => {
  const { metafile } = buildSync({
    entryPoints: names.map((name) => ({ in: join(lambdas, name, 'index.ts'), out: `${name}/index` })),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    minify: true,
    // esbuild's default for node prefers "main": CommonJS, of which nothing unused is dropped.
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': join(lambdas, '../shared/runtime/environment-credentials.ts'),
    },
    metafile: true,
    logLevel: 'error',
  });
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'meta.json'), JSON.stringify(metafile));
  return Object.fromEntries(names.map((name) => [name, join(outdir, name)])) as Bundles;
};
