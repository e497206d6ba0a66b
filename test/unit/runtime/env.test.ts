import { expect, test } from 'vitest';
import { WebhookEnv } from '../../../lambdas/webhook/env.ts';
import { readEnv } from '../../../shared/runtime/env.ts';

const whole = {
  WORKSPACES_TABLE: 'w',
  PROJECTS_TABLE: 'p',
  FEATURES_TABLE: 'f',
  LINEAR_WEBHOOK_SECRET_ARN: 'arn',
};

test('reads what the function needs', () => {
  expect(readEnv(WebhookEnv, { ...whole, OTHER: 'x' })).toEqual(whole);
});

test('names every variable that is missing or empty, and where it is set', () => {
  const { FEATURES_TABLE: _, ...partial } = whole;
  expect(() => readEnv(WebhookEnv, { ...partial, PROJECTS_TABLE: '' })).toThrow(
    /PROJECTS_TABLE is missing, FEATURES_TABLE is missing.*lib\/functions\.ts/,
  );
});
