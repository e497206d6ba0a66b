import { derivedId } from '../ids.ts';
import { hashOf, type Version } from '../version.ts';

/** What we store about a Linear project, as of `linearUpdatedAt` (Linear's clock, ISO). */
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
  /** When this snapshot was taken. It orders two snapshots with the same `linearUpdatedAt`. */
  seenAt: string;
};

/** What Linear says about a project. A projection writes all of this and nothing else. */
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
    // Linear promises no order of teams, and a webhook and a read must have the same hash.
    contentHash: hashOf({ ...content, linearTeamIds: [...content.linearTeamIds].sort() }),
  },
});

/** A project that we know only from an issue. Its times are the epoch, so that any read or webhook replaces it. */
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

/** The name as an index key. DynamoDB refuses keys that are empty or longer than 1,024 bytes. */
export const indexable = (name: string): string => Array.from(name).slice(0, 250).join('') || '(unnamed)';

export const closures = ['archived', 'completed', 'canceled'] as const;
/** Why a project imports no new issues and hands out no features. */
export type Closure = (typeof closures)[number];

/** The project status types that close a project. A paused project is open: its team may still work on issues. */
export const CLOSED_STATES = ['completed', 'canceled'] as const satisfies Closure[];

/** Why a project is closed in Linear, regardless of its archiving here. */
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

/** A closure as the text of a refusal. */
export const closureText: Record<Closure, string> = {
  archived: 'is archived',
  completed: 'is completed in Linear',
  canceled: 'is canceled in Linear',
};
