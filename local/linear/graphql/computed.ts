import type { Entities, EntityType } from '../store/model.ts';
import {
  commentUrl,
  issueIdentifier,
  issueUrl,
  priorityLabel,
  projectUrl,
  slug,
  userUrl,
} from '../store/urls.ts';
import type { Context } from './context.ts';

type Computed<T> = { [field: string]: (row: T, context: Context) => unknown };

/** Fields that are computed from others and therefore not stored. */
export const computed: { [T in EntityType]?: Computed<Entities[T]> } = {
  Organization: {
    createdIssueCount: (_, { view }) => view.collection('Issue').size,
    userCount: (_, { view }) => view.rows('User').filter(({ app }) => !app).length,
    previousUrlKeys: () => [],
  },
  User: {
    initials: (row) => row.name.replace(/[^A-Z]/g, '').slice(0, 2),
    isMe: (row, { user }) => row.id === user.id,
    owner: (row) => row.admin,
    url: (row, { store }) => userUrl(store, row),
  },
  Team: {
    displayName: (row) => row.name,
    issueCount: (row, { view }) => view.collection('Issue').idsBy('teamId', row.id).size,
  },
  Project: {
    leadTeamId: (row) => row.teamIds[0] ?? '',
    priorityLabel: (row) => priorityLabel(row.priority),
    state: (row, { store }) => store.get('ProjectStatus', row.statusId)?.type,
    url: (row, { store }) => projectUrl(store, row),
  },
  Issue: {
    branchName: (row, { store, user }) =>
      `${user.displayName}/${issueIdentifier(store, row).toLowerCase()}-${slug(row.title)}`,
    identifier: (row, { store }) => issueIdentifier(store, row),
    priorityLabel: (row) => priorityLabel(row.priority),
    sharedAccess: () => ({ isShared: false, viewerHasOnlySharedAccess: false, sharedWithCount: 0 }),
    url: (row, { store }) => issueUrl(store, row),
  },
  Comment: { url: (row, { store }) => commentUrl(store, row) },
  Cycle: {
    isActive: (row, { clock }) => row.startsAt <= clock.iso() && clock.iso() < row.endsAt,
    isFuture: (row, { clock }) => clock.iso() < row.startsAt,
    isPast: (row, { clock }) => row.endsAt <= clock.iso(),
  },
};
