import * as z from 'zod';
import { ControlError } from '../../stand-in/control.ts';
import { readDeclarations, sdkDeclarations } from '../graphql/sdl.ts';
import type { Store } from '../store/store.ts';
import type { Installation } from '../store/tables.ts';
import { webhookTypes } from '../store/webhook-types.ts';
import type { WebhookEvent } from '../webhooks/webhooks.ts';

/** The body of `POST /_local/events`. Its other fields are copied to the webhook's body. */
const EventBody = z.looseObject({
  type: z.enum(webhookTypes),
  action: z.string().min(1),
  data: z.record(z.string(), z.unknown()).optional(),
});

/** Event types whose body is not an entity in an envelope, with the SDK's name of the body. */
const special: Record<string, string> = {
  AgentSessionEvent: 'AgentSessionEventWebhookPayload',
  AppUserNotification: 'AppUserNotificationWebhookPayload',
  OAuthAuthorization: 'OAuthAuthorizationWebhookPayload',
  IssueSLA: 'IssueSlaWebhookPayload',
  PermissionChange: 'AppUserTeamAccessChangedWebhookPayload',
};
const ENVELOPE = new Set(['action', 'type', 'createdAt', 'organizationId', 'webhookTimestamp', 'webhookId']);

/** An event of any type. Required fields that the caller did not give are filled in, by the SDK's type declarations. */
export const exampleEvent = (
  body: unknown,
  { applicationId, appUserId }: Installation,
  store: Store,
): WebhookEvent => {
  const { type, action, data, ...given } = EventBody.parse(body);
  const { objects, unions, enums } = readDeclarations(sdkDeclarations());
  const name = special[type];
  const now = new Date().toISOString();
  const known: Record<string, unknown> = {
    appUserId,
    oauthClientId: applicationId,
    createdAt: now,
    updatedAt: now,
  };
  const application = store.get('Application', applicationId);
  if (application) known.oauthClient = { id: application.id, name: application.name };

  const fill = (typeName: string, values: Record<string, unknown>): Record<string, unknown> => {
    const declared = objects.get(typeName);
    if (!declared) throw new ControlError(`@linear/sdk declares no ${typeName}`);
    const missing = declared.fields.filter(
      ({ name: field, type: fieldType }) =>
        !fieldType.startsWith('Maybe<') && !(field in values) && !(typeName === name && ENVELOPE.has(field)),
    );
    const filled = missing.map(({ name: field, type: fieldType }) => [
      field,
      known[field] ?? zero(field, fieldType),
    ]);
    return { ...Object.fromEntries(filled), ...values };
  };
  const zero = (field: string, type: string): unknown => {
    if (type.startsWith('Array<')) return [];
    const scalar = /^Scalars\["(\w+)"\]$/.exec(type)?.[1];
    if (scalar === 'Float' || scalar === 'Int') return 0;
    if (scalar === 'Boolean') return false;
    if (scalar === 'JSONObject') return {};
    if (scalar === 'DateTime') return now;
    if (scalar) return field === 'id' || field.endsWith('Id') ? crypto.randomUUID() : field;
    return enums.get(type)?.[0] ?? fill(unions.get(type)?.[0] ?? type, {});
  };
  const payload = name
    ? fill(name, { ...given, ...(data && { data }) })
    : { actor: null, url: null, ...given, data: fill(`${type}WebhookPayload`, data ?? {}) };
  return { type, action, payload, teamIds: [] };
};
