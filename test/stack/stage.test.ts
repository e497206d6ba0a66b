import { describe, expect, test } from 'vitest';
import { readStage } from '../../lib/stage.ts';
import { devContext, prodContext } from './stacks.ts';

const read = (context: Record<string, unknown>) => readStage((key) => context[key]);

test('fills in Linear’s own addresses', () => {
  expect(read(devContext)).toMatchObject({
    linearApiUrl: 'https://api.linear.app',
    linearAppUrl: 'https://linear.app',
  });
});

test('takes the command line’s words for true and false', () => {
  expect(read({ ...devContext, reserveConcurrency: 'true' }).reserveConcurrency).toBe(true);
  expect(read({ ...devContext, reserveConcurrency: false }).reserveConcurrency).toBe(false);
});

test('prod refuses the placeholder issuer', () => {
  expect(() => read({ ...devContext, stage: 'prod' })).toThrow(/"jwtIssuer".*placeholder/);
  expect(() => read(prodContext)).not.toThrow();
});

describe('a wrong value names its key and how to set it', () => {
  test.each([
    ['stage', 'test'],
    ['jwtIssuer', 'http://auth.example.org/'],
    ['jwtIssuer', undefined],
    ['jwtAudience', ''],
    ['publicUrl', 'example.org'],
    ['linearApiUrl', 'linear'],
    ['alarmEmail', 'nobody'],
    ['reserveConcurrency', 'perhaps'],
  ])('%s %s', (key, value) => {
    expect(() => read({ ...devContext, [key]: value })).toThrow(`-c ${key}=`);
  });
});
