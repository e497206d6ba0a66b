import type { Clock } from './clock.ts';
import type { Application, Installation, User } from './model.ts';
import { rowsOf } from './relations.ts';
import type { Operation, Store } from './store.ts';

/** Installs the application in an organization. It keeps the app user it had there before. */
export const install = (
  store: Store,
  clock: Clock,
  application: Application,
  organizationId: string,
  scope: string[],
): Installation => {
  const known = rowsOf(store, 'User', organizationId).find((user) => user.app);
  const appUser: User = {
    ...(known ?? newAppUser(clock, application, organizationId)),
    isAssignable: scope.includes('app:assignable'),
    isMentionable: scope.includes('app:mentionable'),
  };
  const webhookId = store.get('Installation', organizationId)?.webhookId ?? crypto.randomUUID();
  const installation: Installation = { id: organizationId, appUserId: appUser.id, scope, webhookId };
  store.commit([
    { set: 'User', row: appUser },
    { set: 'Installation', row: installation },
  ]);
  return installation;
};

const newAppUser = (clock: Clock, application: Application, organizationId: string): User => {
  const now = clock.iso();
  return {
    id: crypto.randomUUID(),
    organizationId,
    createdAt: now,
    updatedAt: now,
    archivedAt: null,
    name: application.name,
    displayName: application.name.toLowerCase().replaceAll(' ', '-'),
    email: `${application.id}@oauthapp.linear.app`,
    avatarUrl: null,
    active: true,
    admin: false,
    app: true,
    isAssignable: false,
    isMentionable: false,
    canAccessAnyPublicTeam: true,
  };
};

/** Takes the application out of an organization: its tokens, codes and webhook go. */
export const uninstall = (store: Store, organizationId: string): void => {
  const operations: Operation[] = [{ delete: 'Installation', id: organizationId }];
  for (const table of ['AccessToken', 'RefreshToken', 'AuthorizationCode'] as const) {
    for (const row of store.all(table)) {
      if (row.organizationId === organizationId) operations.push({ delete: table, id: row.id });
    }
  }
  store.commit(operations);
};
