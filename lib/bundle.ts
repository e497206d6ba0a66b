import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

export const bundleNames = [
  'api',
  'oauth',
  'planning',
  'planning-tick',
  'poller',
  'sync',
  'webhook',
] as const;

/** The folder of each lambda's bundle, which holds nothing else. */
export type Bundles = Record<(typeof bundleNames)[number], string>;

const runtime = join(import.meta.dirname, '../shared/runtime');

/** The esbuild options for everything that runs on Lambda. */
export const bundling = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  // For node, esbuild prefers "main" by default. That is CommonJS, from which unused code is not dropped.
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': join(runtime, 'environment-credentials.ts'),
    '@smithy/core/event-streams': join(runtime, 'no-event-streams.ts'),
  },
  logLevel: 'error',
} satisfies BuildOptions;

/** Bundles every lambda of `lambdas` into `outdir`. `<outdir>/meta.json` lists what each bundle contains. */
export const bundleLambdas = (lambdas: string, outdir: string): Bundles => {
  const { metafile } = buildSync({
    ...bundling,
    entryPoints: bundleNames.map((name) => ({ in: join(lambdas, name, 'index.ts'), out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    metafile: true,
  });
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'meta.json'), JSON.stringify(metafile));
  return Object.fromEntries(bundleNames.map((name) => [name, join(outdir, name)])) as Bundles;
};
