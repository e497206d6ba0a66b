import { expect, test } from 'vitest';
import { WebhookEnv } from '../../../lambdas/webhook/env.ts';
import { readEnv } from '../../../shared/runtime/env.ts';

const whole = {
  WORKSPACES_TABLE: 'w',
  PROJECTS_TABLE: 'p',
  FEATURES_TABLE: 'f',
  LINEAR_ISSUES_TABLE: 'l',
  WORK_FUNCTION: 'work',
  LINEAR_WEBHOOK_SECRET_ARN: 'arn',
};

test('the environment of a function is read by its schema', () => {
  expect(readEnv(WebhookEnv, { ...whole, OTHER: 'x' })).toEqual(whole);
});

test('the error for an environment names every missing or empty variable and the file that sets it', () => {
  const { FEATURES_TABLE: _, ...partial } = whole;
  expect(() => readEnv(WebhookEnv, { ...partial, PROJECTS_TABLE: '' })).toThrow(
    /PROJECTS_TABLE is missing, FEATURES_TABLE is missing.*lib\/functions\.ts/,
  );
});
