import type { connections } from './connection.ts';

export const roles = ['owner', 'member', 'invited'] as const;
export type Role = (typeof roles)[number];

/** What a workspace stores about a subject. It counts only during the `tenancy` in which it was written. */
export type Membership = { role: Role; tenancy: number };

/**
 * A workspace as its subjects see it. Its `tenancy` rises when a new owner takes it over after a disconnect. That one
 * write ends all earlier memberships and invitations.
 */
export type Tenant = { ownerId: string; tenancy: number };

/** What a subject is in a workspace. An invited subject sees only the invitation. */
export const roleIn = (
  workspace: Tenant,
  sub: string,
  membership: Membership | undefined,
): Role | undefined => {
  if (membership?.tenancy !== workspace.tenancy) return undefined;
  if (membership.role === 'invited') return 'invited';
  return workspace.ownerId === sub ? 'owner' : 'member';
};

/**
 * In which role a subject connects an organization. While the organization is connected or needs a new approval, only
 * its owner and members may connect it, and the owner stays the same. After a disconnect, here or in Linear, it belongs
 * to whoever brings a fresh approval: `new_owner`.
 */
export const connectsAs = (
  workspace: (Tenant & { connection: (typeof connections)[number] }) | undefined,
  sub: string,
  membership: Membership | undefined,
): 'owner' | 'member' | 'new_owner' | 'nobody' => {
  if (!workspace || workspace.ownerId === sub) return 'owner';
  if (workspace.connection === 'disconnected') return 'new_owner';
  return roleIn(workspace, sub, membership) === 'member' ? 'member' : 'nobody';
};
