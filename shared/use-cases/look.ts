import type { FeatureRow, ListedFeature } from '../data/feature-row.ts';
import type { Features } from '../data/features.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Now } from '../domain/clock.ts';
import { dueUntil } from '../domain/due.ts';
import { isListed, withdrawalOf } from '../domain/feature.ts';
import { isOpen } from '../domain/issue.ts';
import { tally } from '../domain/sync.ts';
import { mappedState } from '../domain/workspace.ts';
import type { WorkflowState } from '../domain/write-back.ts';
import { LinearError } from '../errors.ts';
import type { ApplyIssue } from './apply-issue.ts';
import { inParallel } from './in-parallel.ts';
import type { Routes } from './routes.ts';
import type { WithLinear } from './with-linear.ts';
import { planWriteBack, type Told, type WriteBack } from './write-back.ts';

/** Linear answers at most 250 nodes, of issues as of comments. */
const READ = 250;
const WRITES_AT_ONCE = 16;
const STATES_CACHE_MS = 10 * 60_000;
/** An issue that is absent this much later still is gone; once may be a hiccup. */
const GONE_AFTER_MS = 10 * 60_000;
/** After an answer that never came a mutation may still be applied: look again when it has settled. */
const AMBIGUOUS_MS = 60_000;

type Deps = {
  features: Features;
  routes: Routes;
  apply: ApplyIssue;
  linear: WithLinear;
  writeBack: WriteBack;
  now: Now;
};

/**
 * Looks at due features of one workspace: reads them from Linear, brings our rows up to date, tells Linear what
 * it does not know, and hands out what is ready. Only a look ends a due time, and only if the row did not change.
 * Answers what it did, counted in words.
 */
export const look = ({ features, routes, apply, linear, writeBack, now }: Deps) => {
  const statesOfTeam = new Map<string, { states: WorkflowState[]; until: number }>();

  const loadStates = async (workspaceId: string, teamIds: ReadonlySet<string>): Promise<number> => {
    const wanted = [...teamIds].filter((id) => (statesOfTeam.get(id)?.until ?? 0) <= now());
    if (wanted.length === 0) return 0;
    const found = new Map(wanted.map((id) => [id, [] as WorkflowState[]]));
    let requests = 0;
    let cursor: string | undefined;
    do {
      const page = await linear(workspaceId, (api) => api.workflowStates(wanted, cursor));
      for (const { teamId, ...state } of page.items) found.get(teamId)?.push(state);
      cursor = page.next;
      requests++;
    } while (cursor);
    for (const [id, states] of found) statesOfTeam.set(id, { states, until: now() + STATES_CACHE_MS });
    return requests;
  };

  /** A team that was closed to the app takes its issues along; they may come back with it. */
  const whyGone = async ({ workspaceId, issue }: FeatureRow): Promise<'gone' | 'access_lost'> => {
    const teamId = issue?.teamId;
    if (teamId === undefined) return 'gone';
    const there = await linear(workspaceId, (api) => api.teamsThere([teamId]));
    return there.has(teamId) ? 'gone' : 'access_lost';
  };

  /** An issue that Linear does not show: noted, and withdrawn when it is absent again later. */
  const absent = async (row: FeatureRow): Promise<string> => {
    if (!row.absentSince || now() - Date.parse(row.absentSince) < GONE_AFTER_MS) {
      const absentSince = row.absentSince ?? new Date(now()).toISOString();
      await features.postpone(row, now() + GONE_AFTER_MS, { absentSince });
      return 'absent';
    }
    if (row.withdrawn === undefined) {
      const seenAt = new Date(now()).toISOString();
      const issue = { id: row.linearIssueId, updatedAt: row.linearUpdatedAt ?? seenAt, seenAt };
      await features.withdraw(withdrawalOf(issue, row.workspaceId, await whyGone(row)), now());
      return 'gone';
    }
    const failure = 'Linear does not show this issue any more.';
    await features.settle(row, { posted: Object.keys(row.owed), ready: false, failure }, now());
    return 'gone';
  };

  const isReady = (row: ListedFeature, workspace: WorkspaceRow): boolean =>
    workspace.settings.dispatch === 'pull' &&
    row.status === 'pending' &&
    row.claimAt === undefined &&
    row.withdrawn === undefined &&
    isOpen(row.issue.state.type);

  const settle = async (workspace: WorkspaceRow, told: readonly Told[]): Promise<string[]> => {
    const settled = await inParallel(told, WRITES_AT_ONCE, async (plan) => {
      const { feature, posted, leftIn: writtenStateId, failure, superseded, mutations } = plan;
      const ready = !failure && isReady(feature, workspace);
      const ended = await features.settle(feature, { posted, ready, writtenStateId, failure }, now());
      const words = mutations.length > 0 && !failure ? ['written'] : [];
      if (failure) words.push('refused');
      if (superseded) words.push('superseded');
      if (ready && ended === 'settled') words.push('ready');
      return words;
    });
    return settled.flat();
  };

  const lookAtSome = async (workspace: WorkspaceRow, rows: readonly FeatureRow[]) => {
    const owed = rows.flatMap((row) => Object.keys(row.owed));
    const read = await linear(workspace.id, (api) =>
      api.issuesAndComments(
        rows.map(({ linearIssueId }) => linearIssueId),
        owed,
      ),
    );
    const issueOf = new Map(read.issues.items.map((issue) => [issue.id, issue]));
    const unreadable = new Map(read.issues.unreadable.map(({ id, why }) => [id, why]));
    let counts = tally({}, ['requests']);

    const applied = await inParallel(rows, WRITES_AT_ONCE, async (row) => {
      const issue = issueOf.get(row.linearIssueId);
      if (unreadable.has(row.linearIssueId)) return 'impossible';
      if (!issue) return absent(row);
      return apply.read(issue, row, await routes.routeOf(workspace, issue), { look: false });
    });
    // What the read changed is read again, so that it is decided from the row as it stands.
    const changed = rows.filter((_, index) => applied[index] === 'written' || applied[index] === 'withdrawn');
    const fresh = new Map((await features.getMany(changed.map(({ id }) => id))).map((row) => [row.id, row]));
    const current = rows
      .filter(({ linearIssueId }) => issueOf.has(linearIssueId) || unreadable.has(linearIssueId))
      .map((row) => fresh.get(row.id) ?? row);

    // What cannot be stored is not handed out, but what it owes is told all the same.
    const impossible = new Set(
      rows.filter((_, index) => applied[index] === 'impossible').map(({ id }) => id),
    );
    const listed = current.filter(isListed);
    const requests = await loadStates(
      workspace.id,
      new Set(listed.filter((row) => row.writtenSeq < row.statusSeq).map(({ issue }) => issue.teamId)),
    );
    counts = tally(counts, Array<string>(requests).fill('requests'));
    const standing = new Set(read.commentIds);
    const plans: Told[] = listed.map((row) => {
      const issue = issueOf.get(row.linearIssueId);
      // A stale row keeps its own idea of the state; the guard has to know Linear's.
      const feature = issue ? { ...row, issue: { ...row.issue, state: issue.state } } : row;
      const plan = planWriteBack(feature, {
        states: statesOfTeam.get(row.issue.teamId)?.states ?? [],
        mappedTo: (status) => mappedState(workspace.settings, row.issue.teamId, status),
        standing,
      });
      const why = unreadable.get(row.linearIssueId) ?? 'This issue cannot be stored.';
      return impossible.has(row.id) ? { ...plan, failure: why } : plan;
    });
    // Stubs that turned out to be none of ours have nothing more to say.
    for (const stub of current.filter((row) => !isListed(row)))
      await features.settle(
        stub,
        { posted: [], ready: false, failure: unreadable.get(stub.linearIssueId) },
        now(),
      );

    const tell = async (told: readonly Told[]) => {
      counts = tally(counts, await settle(workspace, told));
    };
    try {
      await writeBack(workspace.id, plans, tell);
    } catch (error) {
      if (!(error instanceof LinearError)) throw error;
      counts = tally(counts, [error.failure.is]);
      if (error.failure.is === 'unavailable')
        for (const { feature } of plans) await features.postpone(feature, now() + AMBIGUOUS_MS);
    }
    return counts;
  };

  return async (workspace: WorkspaceRow, ids: readonly string[]): Promise<Record<string, number>> => {
    const due = (await features.getMany(ids)).filter(
      (row) => row.workspaceId === workspace.id && row.dueAt !== undefined && row.dueAt <= dueUntil(now()),
    );
    let counts: Record<string, number> = {};
    for (const rows of inReads(due)) {
      const done = await lookAtSome(workspace, rows);
      for (const [word, times] of Object.entries(done))
        counts = { ...counts, [word]: (counts[word] ?? 0) + times };
    }
    return counts;
  };
};

/** Cuts rows into reads that fit one page of issues and one of comments. */
const inReads = (rows: readonly FeatureRow[]): FeatureRow[][] => {
  const reads: FeatureRow[][] = [];
  let comments = 0;
  for (const row of rows) {
    const last = reads.at(-1);
    const owed = Object.keys(row.owed).length;
    if (last && last.length < READ && comments + owed <= READ) {
      last.push(row);
      comments += owed;
    } else {
      reads.push([row]);
      comments = owed;
    }
  }
  return reads;
};

export type Look = ReturnType<typeof look>;
