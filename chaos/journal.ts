import type { Action } from './plan.ts';

/** What an action came to: in which workspace, with which issue or feature, and when, by the clock of the run. */
export type Entry = {
  action: Action;
  /** Milliseconds since the run began, of real time. */
  startedMs: number;
  endedMs: number;
  outcome: string;
  /** Issues and features it touched. */
  about: string[];
};

/** What an orchestrator was told. Times are the run's clock, epoch ms. */
export type Claim = {
  workspace: number;
  featureId: string;
  issueId: string;
  runId: string;
  askedAt: number;
  answeredAt: number;
  leaseUntil: number;
  /** When its holder first said that it was over, if it did. */
  overAt?: number;
};

export type Reported = {
  workspace: number;
  featureId: string;
  issueId: string;
  runId: string;
  status: 'passing' | 'failing';
  /** Of the first try. */
  askedAt: number;
  /** Of the first 2xx; none: it may or may not have come through. */
  acceptedAt?: number;
};

/** A human set the state of an issue, or asked for that. */
type Moved = { issueId: string; askedAt: number; state: string };

export type Journal = {
  entries: Entry[];
  claims: Claim[];
  reports: Reported[];
  moves: Moved[];
};
export const newJournal = (): Journal => ({ entries: [], claims: [], reports: [], moves: [] });
