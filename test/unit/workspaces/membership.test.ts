import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connections } from '../../../shared/domain/workspaces/connection.ts';
import { connectsAs, type Membership, roleIn, roles } from '../../../shared/domain/workspaces/membership.ts';

const subs = fc.constantFrom('a', 'b', 'c');
const tenancies = fc.integer({ min: 0, max: 2 });
const workspaces = fc.record({
  ownerId: subs,
  tenancy: tenancies,
  connection: fc.constantFrom(...connections),
});
const memberships: fc.Arbitrary<Membership> = fc.record({
  role: fc.constantFrom(...roles),
  tenancy: tenancies,
});

describe('a membership', () => {
  test('of another tenancy does not count, whoever has it', () => {
    fc.assert(
      fc.property(workspaces, subs, memberships, (workspace, sub, membership) => {
        const role = roleIn(workspace, sub, membership);
        if (membership.tenancy !== workspace.tenancy) expect(role).toBeUndefined();
        else expect(role === 'invited').toBe(membership.role === 'invited');
        if (role === 'owner') expect(workspace.ownerId).toBe(sub);
      }),
    );
  });

  test('that is older than invitations and tenancies still counts', () => {
    const workspace = { ownerId: 'a', tenancy: 0 };
    expect(roleIn(workspace, 'a', { role: 'owner', tenancy: 0 })).toBe('owner');
    expect(roleIn(workspace, 'b', { role: 'member', tenancy: 0 })).toBe('member');
    expect(roleIn(workspace, 'b', undefined)).toBeUndefined();
  });
});

describe('an organization', () => {
  test('that was never connected belongs to whoever connects it first', () => {
    expect(connectsAs(undefined, 'a', undefined)).toBe('owner');
  });

  test.each([
    ['connected', 'nobody'],
    // Its grant may have ended because of an outage of ours, so it still belongs to its owner.
    ['needs_reauth', 'nobody'],
    ['disconnected', 'new_owner'],
  ] as const)('that is %s lets a stranger connect it as %s', (connection, as) => {
    const workspace = { ownerId: 'a', tenancy: 1, connection };
    expect(connectsAs(workspace, 'b', undefined)).toBe(as);
    expect(connectsAs(workspace, 'b', { role: 'invited', tenancy: 1 })).toBe(as);
    expect(connectsAs(workspace, 'b', { role: 'member', tenancy: 0 })).toBe(as);
    expect(connectsAs(workspace, 'a', { role: 'owner', tenancy: 1 })).toBe('owner');
  });

  test('keeps its owner when a member connects it, unless it was disconnected', () => {
    fc.assert(
      fc.property(workspaces, (workspace) => {
        fc.pre(workspace.ownerId !== 'b');
        const as = connectsAs(workspace, 'b', { role: 'member', tenancy: workspace.tenancy });
        expect(as).toBe(workspace.connection === 'disconnected' ? 'new_owner' : 'member');
      }),
    );
  });
});
