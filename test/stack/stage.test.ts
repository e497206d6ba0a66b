import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStage } from '../../lib/stage.ts';
import { devContext, prodContext } from './stacks.ts';

const read = (context: Record<string, unknown>) => readStage((key) => context[key]);

test('a stage has the real Linear’s addresses by default', () => {
  expect(read(devContext)).toMatchObject({
    linearApiUrl: 'https://api.linear.app',
    linearAppUrl: 'https://linear.app',
  });
});

test('a stage calls Confluence Cloud, and no other Confluence, by default', () => {
  expect(read(devContext)).toMatchObject({
    confluenceSites: 'https://*.atlassian.net',
    confluenceGatewayUrl: 'https://api.atlassian.com',
    confluenceAuthUrl: 'https://auth.atlassian.com',
  });
});

test('reserveConcurrency accepts the text "true" of the command line', () => {
  expect(read({ ...devContext, reserveConcurrency: 'true' }).reserveConcurrency).toBe(true);
  expect(read({ ...devContext, reserveConcurrency: false }).reserveConcurrency).toBe(false);
});

describe('the placeholder issuer', () => {
  test('is refused in prod', () => {
    expect(() => read({ ...devContext, stage: 'prod' })).toThrow(/"jwtIssuer".*placeholder/);
    expect(() => read(prodContext)).not.toThrow();
  });

  test.each(['https://auth.example.com/', 'https://auth.example.com', 'https://AUTH.example.com/tenant/'])(
    'is refused in every stage if there is an AWS account to deploy to: %s',
    (jwtIssuer) => {
      const context: Record<string, unknown> = { ...devContext, jwtIssuer };
      expect(() => readStage((key) => context[key], { account: '123456789012' })).toThrow(
        /"jwtIssuer".*placeholder.*-c jwtIssuer=/,
      );
      expect(() => read(context)).not.toThrow();
    },
  );

  const app = (env: NodeJS.ProcessEnv) => {
    const outdir = mkdtempSync(join(tmpdir(), 'omakase-stage-'));
    try {
      return spawnSync(process.execPath, [join(import.meta.dirname, '../../bin/app.ts')], {
        encoding: 'utf8',
        env: {
          ...process.env,
          CDK_OUTDIR: outdir,
          CDK_CONTEXT_JSON: JSON.stringify(devContext),
          CDK_VALIDATION: 'false',
          ...env,
        },
      });
    } finally {
      rmSync(outdir, { recursive: true });
    }
  };

  test('makes `cdk deploy` fail before it creates anything', () => {
    const { status, stderr } = app({ CDK_DEFAULT_ACCOUNT: '123456789012' });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Context key "jwtIssuer" is "https:\/\/auth.example.com\/": it is still the placeholder/,
    );
  });
});

describe('the error for a wrong context value names its key and how to set it', () => {
  test.each([
    ['stage', 'test'],
    ['jwtIssuer', 'http://auth.example.org/'],
    ['jwtIssuer', undefined],
    ['jwtAudience', ''],
    ['publicUrl', 'example.org'],
    ['linearApiUrl', 'linear'],
    ['confluenceSites', 'acme.atlassian.net'],
    ['confluenceSites', ''],
    ['confluenceGatewayUrl', 'https://api.atlassian.com/'],
    ['confluenceAuthUrl', 'auth'],
    ['alarmEmail', 'nobody'],
    ['reserveConcurrency', 'perhaps'],
  ])('%s %s', (key, value) => {
    expect(() => read({ ...devContext, [key]: value })).toThrow(`-c ${key}=`);
  });
});
