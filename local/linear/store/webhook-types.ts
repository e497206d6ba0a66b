/** What an application can subscribe to, as Linear's `WebhookResourceType` spells it. */
export const webhookTypes = [
  'AgentSessionEvent',
  'AppUserNotification',
  'Attachment',
  'Comment',
  'Customer',
  'CustomerNeed',
  'Cycle',
  'Document',
  'Initiative',
  'InitiativeUpdate',
  'Issue',
  'IssueLabel',
  'IssueSLA',
  'OAuthAuthorization',
  'PermissionChange',
  'Project',
  'ProjectLabel',
  'ProjectUpdate',
  'Reaction',
  'Release',
  'ReleaseNote',
  'User',
] as const;
export type WebhookType = (typeof webhookTypes)[number];

/** What an application that mirrors issues and projects ticks. `OAuthApp` is no category: it is always told. */
export const defaultTypes: WebhookType[] = ['Issue', 'IssueLabel', 'Project', 'Comment', 'PermissionChange'];
