import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleLambdas } from '../../lib/bundle.ts';
import { ballast, bundleContents } from '../support/bundle-contents.ts';

const outdir = mkdtempSync(join(tmpdir(), 'omakase-bundles-'));
beforeAll(() => {
  bundleLambdas(join(import.meta.dirname, '../../lambdas'), outdir);
});
afterAll(() => rmSync(outdir, { recursive: true }));

describe.each(['api', 'oauth', 'poller', 'sync', 'webhook'])('the bundle of %s', (lambda) => {
  test.each(Object.entries(ballast))('holds nothing of %s', (_, path) => {
    expect(bundleContents(outdir, lambda).bytesOf(path)).toBe(0);
  });

  test('takes credentials from the environment', () => {
    expect(bundleContents(outdir, lambda).bytesOf(/environment-credentials/)).toBeGreaterThan(0);
  });
});

test('the webhook, whose cold start Linear waits for, is at most 330 kB', () => {
  expect(bundleContents(outdir, 'webhook').bytes).toBeLessThanOrEqual(330_000);
});
