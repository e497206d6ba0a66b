import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundleLambdas, bundling } from '../../lib/bundle.ts';
import { root } from '../../local/settings.ts';

/** The product's bundles, as they are deployed. */
export const bundleProduct = (folder: string) =>
  bundleLambdas(join(root, 'lambdas'), join(folder, 'product'));

/** CommonJS code in an ES module needs this `require`. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Bundles one file of the repository and answers the bundle's path. `asProduct`: with the options of the product;
 * otherwise with esbuild's defaults and `bundle`, `platform` and `minify`.
 */
export const bundleFile = (folder: string, source: string, { asProduct }: { asProduct: boolean }): string => {
  const outfile = join(folder, `${source.replaceAll('/', '-')}-${asProduct ? 'product' : 'default'}.mjs`);
  const entry = { entryPoints: [join(root, source)], outfile };
  if (asProduct) buildSync({ ...bundling, ...entry });
  else
    buildSync({
      ...entry,
      bundle: true,
      platform: 'node',
      minify: true,
      format: 'esm',
      banner: { js: REQUIRE },
    });
  return outfile;
};
