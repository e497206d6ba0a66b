import type { connections } from './connection.ts';

export const roles = ['owner', 'member', 'invited'] as const;
export type Role = (typeof roles)[number];

/** A subject's row of a workspace; `tenancy` is whose time it is of. */
export type Membership = { role: Role; tenancy: number };

/**
 * A workspace as its subjects see it. Its `tenancy` rises when somebody new takes it, which ends every membership and
 * invitation of before in that one write.
 */
export type Tenant = { ownerId: string; tenancy: number };

/** What a subject is in a workspace. Who is only invited sees the invitation and nothing else. */
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
 * As whom a subject connects an organization. One that is connected, or that needs a new approval, takes its owner and
 * members only, and its owner stays. One that was disconnected, here or in Linear, belongs to whoever brings a fresh
 * approval: `new_owner`.
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
