import type { Action } from './plan/actions.ts';

/** An action of the plan, when it ran and how it ended. */
export type Entry = {
  action: Action;
  /** Milliseconds of real time since the run began. */
  startedMs: number;
  endedMs: number;
  outcome: string;
  /** The ids of the issues and features that it touched. */
  about: string[];
};

/** A claim that the API granted. Times are epoch milliseconds of the run's clock. */
export type Claim = {
  workspace: number;
  featureId: string;
  issueId: string;
  runId: string;
  askedAt: number;
  answeredAt: number;
  leaseUntil: number;
  /** When its holder first released it or reported an outcome. */
  overAt?: number;
};

/** An outcome that an orchestrator reported. */
export type Reported = {
  workspace: number;
  featureId: string;
  issueId: string;
  runId: string;
  status: 'passing' | 'failing';
  /** When it was first sent. */
  askedAt: number;
  /** When it was first answered 200. Without an answer, it may or may not have been stored. */
  acceptedAt?: number;
};

/** A human's request to set the state of an issue. */
type Moved = { issueId: string; askedAt: number; state: string };

/** What happened in a run. */
export type Journal = {
  entries: Entry[];
  claims: Claim[];
  reports: Reported[];
  moves: Moved[];
};
/** An empty journal. */
export const newJournal = (): Journal => ({ entries: [], claims: [], reports: [], moves: [] });
