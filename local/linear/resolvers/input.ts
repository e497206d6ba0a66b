import type { Context } from '../graphql/context.ts';
import { invalidArgument, notImplemented, refused } from '../graphql/errors.ts';
import { isUuid, isUuidV4 } from '../graphql/schema.ts';
import { rewriteMarkdown } from '../store/markdown.ts';
import type { Issue, Project } from '../store/model.ts';
import type { Transaction } from './transaction.ts';

/** Refuses inputs that the local Linear would ignore, and ids that are not UUIDs. */
export const checkInput = (input: object, known: readonly string[]): void => {
  for (const [name, value] of Object.entries(input)) {
    if (value === null || value === undefined) continue;
    if (!known.includes(name)) throw notImplemented(`the input ${name}`);
    if (/[a-z]Ids?$/.test(name) && !['issueId', 'parentId'].includes(name)) {
      for (const id of Array.isArray(value) ? value : [value]) requireUuid(name, id);
    }
  }
};

const requireUuid = (property: string, value: unknown): void => {
  if (!isUuid(value)) throw invalidArgument(property, `${property} must be a UUID`);
};

/** The id of a new entity: the client's, which has to be a UUID v4 by Linear's schema, or a generated one. */
export const newId = ({ switches }: Context, id: string | null | undefined): string => {
  if (id === null || id === undefined) return crypto.randomUUID();
  const isAccepted = switches.values.clientId === 'any-uuid' ? isUuid : isUuidV4;
  if (!isAccepted(id)) throw invalidArgument('id', 'id must be a UUID v4');
  return id.toLowerCase();
};

/** The given keys of an input. Keys that the client left out are undefined; null means "clear". */
export const pick = <T extends object, K extends keyof T>(
  input: T,
  keys: readonly K[],
): { [P in K]?: Exclude<T[P], undefined> } => {
  const given: { [P in K]?: Exclude<T[P], undefined> } = {};
  for (const key of keys) {
    const value = input[key];
    if (value !== undefined) given[key] = value as Exclude<T[K], undefined>;
  }
  return given;
};

export const requireText = (property: string, value: string | null | undefined): string => {
  if (!value?.trim()) throw invalidArgument(property, `${property} should not be empty`);
  return value;
};

const requireShort = (property: string, value: string, limit: number): void => {
  if (value.length > limit)
    throw invalidArgument(property, `${property} must be shorter than or equal to ${limit} characters`);
};

export const requireTitle = ({ switches }: Context, value: string | null | undefined): string => {
  const title = requireText('title', value);
  requireShort('title', title, switches.values.titleLimit);
  return title;
};

/** The name of a label or milestone. */
export const requireName = ({ switches }: Context, value: string | null | undefined): string => {
  const name = requireText('name', value);
  requireShort('name', name, switches.values.nameLimit);
  return name;
};

/** A description as Linear keeps it: its Markdown rewritten, null if it is empty. */
export const descriptionOf = ({ switches }: Context, value: string | null | undefined): string | null => {
  if (value) requireShort('description', value, switches.values.descriptionLimit);
  return rewriteMarkdown(value ?? '') || null;
};

/** Refuses what is in the trash as the target of a write, if the switch says so. */
export const requireUntrashed = (
  { context }: Transaction,
  type: 'Issue' | 'Project',
  { trashed, archivedAt }: Issue | Project,
): void => {
  if (context.switches.values.trashedTargets === 'accepted') return;
  if (trashed) throw refused(`The ${type.toLowerCase()} is in the trash`);
  if (type === 'Project' && archivedAt) throw refused('The project is archived');
};

export const requirePriority = (priority: number | null | undefined): void => {
  if (typeof priority === 'number' && (priority < 0 || priority > 4)) {
    throw invalidArgument('priority', 'priority must not be greater than 4');
  }
};

/** `createAsUser` and `displayIconUrl` are for applications only. */
export const requireAppForAttribution = (
  input: { createAsUser?: string | null; displayIconUrl?: string | null },
  { context }: Transaction,
): void => {
  if ((input.createAsUser || input.displayIconUrl) && !context.user.app) {
    throw refused('createAsUser and displayIconUrl can only be used by OAuth applications with actor=app');
  }
};
