import type { IssueEvent } from './ingest.ts';
import type { IssueSnapshot } from './issue.ts';
import type { ProjectSnapshot } from './project.ts';

/**
 * How far a delivery may be believed. `fresh`: projected. `late`: a retry, a hint to read. `expired`: older than
 * any retry, or from the future.
 */
export type Age = 'fresh' | 'late' | 'expired';

/** A signed webhook in our words. `ignored`: a type or action we have no use for. */
export type Delivery = { organizationId: string; type: string; action: string; age: Age } & (
  | {
      is: 'issue';
      issue: IssueSnapshot;
      event: IssueEvent;
      /** Who did it, where Linear knows. */
      actorId: string | undefined;
    }
  /** An issue of a shape that we do not know, by its id: a read may know more. */
  | { is: 'unreadable_issue'; issueId: string; why: string }
  | { is: 'project'; project: ProjectSnapshot }
  | { is: 'label'; label: { id: string; name: string; isRemoved: boolean } }
  /** The teams that the app may see have changed. */
  | { is: 'access' }
  /** The organization took the app's access away, at `at` (ISO). */
  | { is: 'revoked'; at: string }
  | { is: 'ignored' }
);
