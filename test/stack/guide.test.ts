import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../../lib/stage.ts';
import { webhookTypes } from '../../local/linear/store/webhook-types.ts';
import { readDelivery } from '../../shared/linear/webhook/delivery.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8');

/** Linear sends this type to every application. It cannot be ticked. */
const UNASKED = 'OAuthApp';
const ACTIONS = ['create', 'update', 'remove', 'revoked', 'teamAccessChanged'];

/** Whether the webhook handles a type. Without data, a delivery of a handled type is unreadable. */
const isHandled = (type: string): boolean =>
  ACTIONS.some((action) => {
    const createdAt = new Date().toISOString();
    const body = { type, action, createdAt, organizationId: 'org', webhookTimestamp: Date.now() };
    const delivery = readDelivery(Buffer.from(JSON.stringify(body)), Date.now());
    return delivery === 'unreadable' || delivery.is !== 'ignored';
  });

test('the operating guide names the webhook types to tick, and the one that Linear always sends', () => {
  const [, ticked = '', unasked = ''] =
    /resource types ([\w, ]+?)\n[\s\S]*?Linear sends `(\w+)` without being asked/.exec(guide) ?? [];
  expect(ticked.split(/, | and /).sort()).toEqual(webhookTypes.filter(isHandled).sort());
  expect([unasked, isHandled(UNASKED)]).toEqual([UNASKED, true]);
});

test('the operating guide names every context key', () => {
  const rows = [...guide.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, keys = '']) => [
    ...keys.matchAll(/\w+/g),
  ]);
  expect(rows.map(String)).toEqual(expect.arrayContaining(Object.keys(Stage.shape)));
});
