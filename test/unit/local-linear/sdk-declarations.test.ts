import { expect, test } from 'vitest';
import { readDeclarations, sdkDeclarations } from '../../../local/linear/graphql/sdl.ts';
import { defaultTypes, webhookTypes } from '../../../local/linear/store/webhook-types.ts';

const { enums, objects } = readDeclarations(sdkDeclarations());

test('the webhook categories of the local Linear are those of the SDK', () => {
  expect([...webhookTypes].sort()).toEqual([...(enums.get('WebhookResourceType') ?? [])].sort());
  expect(webhookTypes).toEqual(expect.arrayContaining(defaultTypes));
});

test('all type declarations of the SDK are read', () => {
  expect(objects.size).toBeGreaterThan(1500);
  expect(objects.get('IssueWebhookPayload')?.fields.find(({ name }) => name === 'labelIds')).toEqual({
    name: 'labelIds',
    optional: false,
    type: 'Array<Scalars["String"]>',
  });
});
