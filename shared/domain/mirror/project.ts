import { derivedId } from '../ids.ts';
import { hashOf, type Version } from '../version.ts';

/** What we keep of a Linear project, as it looked at `linearUpdatedAt` (Linear's clock, ISO). */
export type ProjectSnapshot = {
  linearProjectId: string;
  name: string;
  description: string;
  linearUrl: string;
  /** Linear's project status type: backlog, planned, started, paused, completed or canceled. */
  linearState: string;
  linearTeamIds: readonly string[];
  linearUpdatedAt: string;
  /** Archived or trashed in Linear. */
  archivedThere: boolean;
  /** When this snapshot was taken: it orders two that share one `linearUpdatedAt`. */
  seenAt: string;
};

/** What Linear says of a project: a mirror writes all of it and nothing else. */
export type ProjectMirror = {
  id: string;
  workspaceId: string;
  linearProjectId: string;
  content: Omit<ProjectSnapshot, 'linearProjectId' | 'linearUpdatedAt' | 'seenAt'>;
  version: Version;
};

export const mirrorOf = (
  { linearProjectId, linearUpdatedAt, seenAt, ...content }: ProjectSnapshot,
  workspaceId: string,
): ProjectMirror => ({
  id: derivedId('project', linearProjectId),
  workspaceId,
  linearProjectId,
  content,
  version: {
    linearUpdatedAt,
    seenAt,
    // Linear does not promise an order of teams, and a webhook and a read must hash alike.
    contentHash: hashOf({ ...content, linearTeamIds: [...content.linearTeamIds].sort() }),
  },
});

/** A project we know by an issue only. It is older than anything Linear says, so that the first real look fills it. */
export const projectByIssue = (
  { id, name, url }: { id: string; name: string; url: string },
  teamId: string,
): ProjectSnapshot => ({
  linearProjectId: id,
  name: indexable(name),
  description: '',
  linearUrl: url,
  linearState: 'backlog',
  linearTeamIds: [teamId],
  linearUpdatedAt: new Date(0).toISOString(),
  archivedThere: false,
  seenAt: new Date(0).toISOString(),
});

/** An index is keyed by the name, and DynamoDB takes no empty key and none over 1,024 bytes. */
export const indexable = (name: string): string => Array.from(name).slice(0, 250).join('') || '(unnamed)';

export const closures = ['archived', 'completed', 'canceled'] as const;
/** Why a project imports no new issues and hands no features out. */
export type Closure = (typeof closures)[number];

/** The project status types that end a project. A paused one is still open: its team may go on with single issues. */
export const CLOSED_STATES = ['completed', 'canceled'] as const satisfies Closure[];

/** What closes a project in Linear, whatever we did with it here. */
export const closureThere = ({
  archivedThere,
  linearState,
}: Pick<ProjectSnapshot, 'archivedThere' | 'linearState'>): Closure | undefined =>
  archivedThere ? 'archived' : CLOSED_STATES.find((state) => state === linearState);

/** The first of `closures` that applies, here or in Linear. */
export const closureOf = ({
  archivedHere,
  ...there
}: { archivedHere: boolean } & Parameters<typeof closureThere>[0]): Closure | undefined =>
  archivedHere ? 'archived' : closureThere(there);

export const isActive = (project: Parameters<typeof closureOf>[0]): boolean =>
  closureOf(project) === undefined;

/** A closure as a refusal names it. */
export const closureText: Record<Closure, string> = {
  archived: 'is archived',
  completed: 'is completed in Linear',
  canceled: 'is canceled in Linear',
};
