import { hash } from 'node:crypto';
import type { ChangeSet } from './change-set.ts';
import { canonicalJson } from './compare/same.ts';
import type { EstimateScale } from './linear-state.ts';

/** What a change set depends on besides its operations. */
export type HashedWith = {
  sessionId: string;
  /** Linear's ids. */
  projectId: string;
  teamId: string;
  scale: EstimateScale;
  /** Counts the changes of the session's settings. */
  settingsRevision: number;
};

/**
 * What a person agrees to: SHA-256 over what is sent, over what it replaces, and the codes of the errors. The page's
 * version and fields that are not touched do not count, so that a busy project does not undo every agreement.
 */
export const changeSetHash = (
  { operations, warnings }: ChangeSet,
  { sessionId, projectId, teamId, scale, settingsRevision }: HashedWith,
): string => {
  const errors = warnings.flatMap(({ code, level }) => (level === 'error' ? [code] : []));
  return hash(
    'sha256',
    canonicalJson({
      version: 1,
      sessionId,
      projectId,
      teamId,
      scale,
      settingsRevision,
      errors: [...new Set(errors)].sort(),
      operations: operations.map((operation) => operation.hash),
    }),
    'hex',
  );
};
