import type { Linear } from '../linear.ts';
import type { Team, User } from '../store/model.ts';
import type { Operation } from '../store/store.ts';
import type { Installation } from '../store/tables.ts';
import { seesTeam } from '../store/view.ts';

/** The access that a human admin gives to an application. */
export interface Access {
  canAccessAllPublicTeams: boolean;
  /** The teams that it is a member of. It sees the private ones, and the public ones even without access to all. */
  teamIds: string[];
}

/** Changes which teams an application can see, and sends it `PermissionChange`. */
export const changeAccess = (linear: Linear, installation: Installation, access: Access) => {
  const { store, webhooks } = linear;
  const { organizationId, applicationId, appUserId } = installation;
  const before = store.get('User', appUserId) as User;
  const after: User = { ...before, canAccessAnyPublicTeam: access.canAccessAllPublicTeams };
  const teams = [...store.collection('Team', organizationId).values()];
  const changed = teams.map((team): [Team, Team] => {
    const others = team.memberIds.filter((id) => id !== appUserId);
    const memberIds = access.teamIds.includes(team.id) ? [...others, appUserId] : others;
    return [team, { ...team, memberIds }];
  });
  const addedTeamIds: string[] = [];
  const removedTeamIds: string[] = [];
  for (const [old, next] of changed) {
    if (!seesTeam(before, old) && seesTeam(after, next)) addedTeamIds.push(old.id);
    if (seesTeam(before, old) && !seesTeam(after, next)) removedTeamIds.push(old.id);
  }
  const writes: Operation[] = [
    { set: 'User', row: after },
    ...changed.map(([, row]): Operation => ({ set: 'Team', row })),
  ];
  const { canAccessAllPublicTeams } = access;
  webhooks.sendTo(installation, writes, {
    type: 'PermissionChange',
    action: 'teamAccessChanged',
    payload: {
      oauthClientId: applicationId,
      appUserId,
      canAccessAllPublicTeams,
      addedTeamIds,
      removedTeamIds,
    },
    teamIds: [],
  });
  return { canAccessAllPublicTeams, addedTeamIds, removedTeamIds };
};
