import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleLambdas, bundleNames } from '../../lib/bundle.ts';
import type { FunctionName } from '../../lib/environments.ts';
import { ballast, bundleContents } from '../../testing/bundle-contents.ts';
import { resources, templates } from './stacks.ts';

const outdir = mkdtempSync(join(tmpdir(), 'omakase-bundles-'));
beforeAll(() => {
  bundleLambdas(join(import.meta.dirname, '../../lambdas'), outdir);
});
afterAll(() => rmSync(outdir, { recursive: true }));

describe.each(bundleNames)('the %s bundle', (lambda) => {
  test.each(Object.entries(ballast))('contains nothing of %s', (_, path) => {
    expect(bundleContents(outdir, lambda).bytesOf(path)).toBe(0);
  });

  test('takes credentials from the environment', () => {
    expect(bundleContents(outdir, lambda).bytesOf(/environment-credentials/)).toBeGreaterThan(0);
  });
});

test('the webhook bundle is at most 330 kB, because Linear waits for its cold start', () => {
  expect(bundleContents(outdir, 'webhook').bytes).toBeLessThanOrEqual(330_000);
});

test.each(['webhook', 'oauth', 'poller', 'sync'])('the %s bundle contains nothing of planning', (lambda) => {
  const { bytesOf } = bundleContents(outdir, lambda);
  expect(bytesOf(/shared\/(reader|confluence)\/|\/planning\/|parse-xml/)).toBe(0);
});

test.each(bundleNames.filter((name) => name !== 'planning'))(
  'the %s bundle contains no parser of Markdown, which is large',
  (lambda) => {
    expect(bundleContents(outdir, lambda).bytesOf(/markdown-it|linkify-it/)).toBe(0);
  },
);

/** Metrics for people to read, without an alarm. */
const UNWATCHED = ['WebhookExpired'];

test('every metric that a function counts has an alarm for that function', () => {
  const { service } = templates();
  const watched = new Set(
    resources(service, 'AWS::CloudWatch::Alarm')
      .flatMap(([, { Properties }]) => Properties.Metrics ?? [{ MetricStat: { Metric: Properties } }])
      .flatMap(({ MetricStat }) =>
        MetricStat?.Metric.Namespace === 'OmakaseLinear'
          ? [`${MetricStat.Metric.Dimensions[0].Value.split('-').at(-1)} ${MetricStat.Metric.MetricName}`]
          : [],
      ),
  );
  const bundleOf: Record<FunctionName, string> = {
    Api: 'api',
    Oauth: 'oauth',
    Planning: 'planning',
    PlanningTick: 'planning-tick',
    PollerTick: 'poller',
    PollerWork: 'poller',
    Sync: 'sync',
    Webhook: 'webhook',
  };
  const counted = Object.entries(bundleOf).flatMap(([name, bundle]) => {
    const code = readFileSync(join(outdir, bundle, 'index.mjs'), 'utf8');
    return metricNames.filter((metric) => code.includes(`"${metric}"`)).map((metric) => `${name} ${metric}`);
  });
  expect(metricNames).toContain('LinearUnreadable');
  expect([...watched].sort()).toEqual(
    counted.filter((each) => !UNWATCHED.includes(each.split(' ')[1] ?? '')).sort(),
  );
});

/** Every name that the source passes to `count`. */
const root = join(import.meta.dirname, '../..');
const metricNames = [
  ...new Set(
    globSync('{shared,lambdas}/**/*.ts', { cwd: root }).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\bcount\('(\w+)'/g)].map(([, name = '']) => name),
    ),
  ),
];
