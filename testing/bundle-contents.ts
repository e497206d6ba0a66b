import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What no bundle may contain: development clients, schemas, and the SDK's credential providers. */
export const ballast: Record<string, RegExp> = {
  '@linear/sdk': /node_modules\/@linear\/sdk\//,
  graphql: /node_modules\/graphql\//,
  'sso, sts, ini, imds': /credential-provider-(?!env)|nested-clients|token-providers/,
  'event streams': /(?<!no-)event-?streams?\b/,
  'zod locales but English': /zod\/v4\/locales\/(?!en\.js)/,
  'zod, not mini': /zod\/v4\/classic\//,
};

type Metafile = {
  outputs: Record<string, { bytes: number; inputs: Record<string, { bytesInOutput: number }> }>;
};

/** The bytes of a bundle, in total and by the path of the inputs, from esbuild's metafile (lib/bundle.ts). */
export const bundleContents = (outdir: string, lambda: string) => {
  const { outputs } = JSON.parse(readFileSync(join(outdir, 'meta.json'), 'utf8')) as Metafile;
  const [, output] = Object.entries(outputs).find(([name]) => name.endsWith(`${lambda}/index.mjs`)) ?? [];
  if (!output) throw new Error(`There is no bundle of ${lambda}.`);
  return {
    bytes: output.bytes,
    bytesOf: (path: RegExp): number =>
      Object.entries(output.inputs)
        .filter(([input]) => path.test(input))
        .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0),
  };
};
