import type { Clock } from '../../stand-in/clock.ts';
import type { User } from '../store/model.ts';
import type { Operation, Store } from '../store/store.ts';
import type { Application, Installation } from '../store/tables.ts';

export const installationOf = (
  store: Store,
  organizationId: string,
  applicationId: string,
): Installation | undefined => store.get('Installation', `${organizationId} ${applicationId}`);

/** Installs an application in an organization. It keeps the app user of an earlier installation. */
export const install = (
  store: Store,
  clock: Clock,
  application: Application,
  organizationId: string,
  scope: string[],
): Installation => {
  const email = `${application.id}@oauthapp.linear.app`;
  const known = [...store.collection('User', organizationId).values()].find((user) => user.email === email);
  const appUser: User = {
    ...(known ?? newAppUser(clock, application, organizationId)),
    email,
    isAssignable: known?.isAssignable || scope.includes('app:assignable'),
    isMentionable: known?.isMentionable || scope.includes('app:mentionable'),
  };
  const installation: Installation = installationOf(store, organizationId, application.id) ?? {
    id: `${organizationId} ${application.id}`,
    organizationId,
    applicationId: application.id,
    appUserId: appUser.id,
    webhookId: crypto.randomUUID(),
    webhookEnabled: true,
    lostEvents: 0,
  };
  store.commit([
    { set: 'User', row: appUser },
    { set: 'Installation', row: installation },
  ]);
  return installation;
};

const newAppUser = (clock: Clock, { name }: Application, organizationId: string): User => {
  const now = clock.iso();
  return {
    id: crypto.randomUUID(),
    organizationId,
    createdAt: now,
    updatedAt: now,
    archivedAt: null,
    name,
    displayName: name.toLowerCase().replaceAll(' ', '-'),
    email: '',
    avatarUrl: null,
    active: true,
    admin: false,
    app: true,
    isAssignable: false,
    isMentionable: false,
    canAccessAnyPublicTeam: true,
  };
};

const TOKENS = ['AccessToken', 'RefreshToken', 'AuthorizationCode'] as const;

/** Removes an application from an organization, with its tokens, codes and webhook. */
export const uninstallOperations = (
  store: Store,
  { id, organizationId, applicationId }: Installation,
): Operation[] => [
  { delete: 'Installation', id },
  ...TOKENS.flatMap((table) =>
    [...store.all(table)]
      .filter((row) => row.organizationId === organizationId && row.applicationId === applicationId)
      .map((row) => ({ delete: table, id: row.id })),
  ),
];

/** Deletes the tokens and codes of one approval. */
export const revokeOperations = (store: Store, grantId: string): Operation[] =>
  TOKENS.flatMap((table) =>
    [...store.all(table)]
      .filter((row) => row.grantId === grantId)
      .map((row) => ({ delete: table, id: row.id })),
  );

/** Whether an application has an approval of an organization other than the given one. */
export const hasOtherGrant = (
  store: Store,
  { organizationId, applicationId }: Installation,
  grantId: string,
): boolean =>
  [...store.all('RefreshToken')].some(
    (token) =>
      token.grantId !== grantId &&
      token.usedAt === null &&
      token.organizationId === organizationId &&
      token.applicationId === applicationId,
  );
