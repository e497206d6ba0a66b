import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

const names = ['api', 'oauth', 'poller', 'sync', 'webhook'] as const;

/** Each lambda's folder, holding nothing but its bundle. */
export type Bundles = Record<(typeof names)[number], string>;

const runtime = join(import.meta.dirname, '../shared/runtime');

/** How everything that runs on Lambda is bundled. */
export const bundling = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  // esbuild's default for node prefers "main": CommonJS, of which nothing unused is dropped.
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': join(runtime, 'environment-credentials.ts'),
    '@smithy/core/event-streams': join(runtime, 'no-event-streams.ts'),
  },
  logLevel: 'error',
} satisfies BuildOptions;

/** Bundles every lambda of `lambdas` below `outdir`, in one go; `<outdir>/meta.json` says what went into which. */
export const bundleLambdas = (lambdas: string, outdir: string): Bundles => {
  const { metafile } = buildSync({
    ...bundling,
    entryPoints: names.map((name) => ({ in: join(lambdas, name, 'index.ts'), out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    metafile: true,
  });
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'meta.json'), JSON.stringify(metafile));
  return Object.fromEntries(names.map((name) => [name, join(outdir, name)])) as Bundles;
};
