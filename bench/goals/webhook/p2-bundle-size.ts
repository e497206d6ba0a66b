import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ballast, bundleContents } from '../../../testing/bundle-contents.ts';
import { bundleProduct } from '../../harness/bundles.ts';
import { atMost, type Benchmark, exactly } from '../../report/row.ts';

/** The size and contents of the deployed webhook bundle, from esbuild's metafile. */
export const bundleSize: Benchmark = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'omakase-bench-'));
  const { bytes, bytesOf } = bundleContents(dirname(bundleProduct(folder).webhook), 'webhook');
  rmSync(folder, { recursive: true });
  return [
    atMost(330, { what: 'webhook bundle, minified', measured: bytes / 1000, unit: ' kB', limit: 5 }),
    ...Object.entries({ ...ballast, 'zod locales': /zod\/v4\/locales\// }).map(([what, path]) =>
      exactly(0, { what: `… of it ${what}`, measured: bytesOf(path), unit: ' B' }),
    ),
  ];
};
