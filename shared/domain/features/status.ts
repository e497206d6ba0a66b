import type { Status } from '../statuses.ts';
import type { Outcome } from './feature.ts';

/** What an orchestrator reports. Only outcomes (`passing`, `failing`) have `summary` to `error`. */
export type Report = Partial<Omit<Outcome, 'status' | 'runId' | 'seq' | 'reportedAt'>> & {
  status: Status;
  runId: string;
};

/** The stored state that a report or a release is judged against. */
export type RunState = {
  status: Status;
  runId?: string | undefined;
  reports: ReadonlySet<string>;
  /** The end of the lease (ISO). Until then nobody else may claim the feature. */
  leaseUntil?: string | undefined;
};

/** `extended`: the holder of the lease reported `in_progress` again. */
export type Verdict =
  | { is: 'accepted' }
  | { is: 'repeated' }
  | { is: 'extended' }
  | { is: 'refused'; why: string };

export const reportKey = ({ runId, status }: { runId: string; status: Status }): string =>
  `${runId}#${status}`;

const refused = (why: string): Verdict => ({ is: 'refused', why });

/**
 * The status machine: `pending → in_progress → passing | failing`, `failing | passing → in_progress` with a
 * new run, `failing → pending`. Repeating a report changes nothing.
 */
export const judgeReport = (report: Report, now: RunState): Verdict => {
  const sameRun = report.runId === now.runId;
  if (sameRun && report.status === now.status)
    return { is: now.status === 'in_progress' && now.leaseUntil ? 'extended' : 'repeated' };
  // A late repeat of an earlier report, by a run that is over. It is not a new attempt.
  if (report.status !== 'pending' && now.reports.has(reportKey(report))) return { is: 'repeated' };
  switch (report.status) {
    case 'in_progress':
      if (now.status === 'in_progress')
        return refused(
          now.leaseUntil
            ? `another run holds it until ${now.leaseUntil}; after that it can be claimed`
            : 'it is in progress with another run; that run has to report first',
        );
      return { is: 'accepted' };
    case 'passing':
    case 'failing':
      if (now.status !== 'in_progress') return refused(`only work in progress can be ${report.status}`);
      if (!sameRun) return refused('this runId is not the one that is in progress');
      return { is: 'accepted' };
    case 'pending':
      if (now.status === 'pending') return { is: 'repeated' };
      if (now.status !== 'failing') return refused('only a failing feature can be handed out again');
      return { is: 'accepted' };
  }
};

/** How a release is recorded in the set of reports. */
export const releaseKey = (runId: string): string => `${runId}#released`;

/** Whether a run may give a feature back. Repeating a release changes nothing. */
export const judgeRelease = (runId: string, now: RunState): Verdict => {
  if (now.reports.has(releaseKey(runId))) return { is: 'repeated' };
  if (now.status !== 'in_progress') return refused('only work in progress can be released');
  return runId === now.runId ? { is: 'accepted' } : refused('this runId is not the one that is in progress');
};

/** The current state, as the text of a refusal. */
export const stateOf = ({ status, runId }: RunState): string =>
  `The feature is ${status}${runId ? ` (run ${runId})` : ''}`;

export const isOutcome = (status: Status): status is Outcome['status'] =>
  status === 'passing' || status === 'failing';
