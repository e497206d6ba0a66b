/** The categories that an application can subscribe to: the values of Linear's `WebhookResourceType`. */
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

/** The categories that an application which mirrors issues and projects needs. `OAuthApp` events are always sent. */
export const defaultTypes: WebhookType[] = ['Issue', 'IssueLabel', 'Project', 'Comment', 'PermissionChange'];
