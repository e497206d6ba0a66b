import { batched } from '../../batched.ts';
import type { FeatureRow, ListedFeature } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { countWords } from '../../domain/counts.ts';
import { isListed } from '../../domain/features/feature.ts';
import { owedLinks } from '../../domain/features/outcome-comment.ts';
import { cameLate } from '../../domain/features/write-back.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { isDue } from '../../domain/schedule/due.ts';
import { subIssuesHold } from '../../domain/workspaces/settings.ts';
import { learnedFrom, type Mapped, wishOf } from '../../domain/workspaces/status-map.ts';
import { triggerOf } from '../../domain/workspaces/trigger.ts';
import { inParallel } from '../../in-parallel.ts';
import { LinearError } from '../../linear/errors.ts';
import type { ApplyIssue } from '../mirror/apply-issue.ts';
import { askParents } from '../mirror/ask-parents.ts';
import { UNSTORABLE } from '../mirror/retry-later.ts';
import type { Routes } from '../mirror/routes.ts';
import type { WithLinear } from '../workspaces/with-linear.ts';
import { absentIssues } from './absent-issues.ts';
import type { Dispatch } from './dispatch.ts';
import { endLook } from './end-look.ts';
import { teamStates } from './team-states.ts';
import { isOurs, planWriteBack, type Told, type WriteBack, type WrittenBack } from './write-back.ts';

/** Linear answers at most 250 nodes, of issues as of comments. */
const READ = 250;
/** After an answer that never came a mutation may still be applied: look again when it has settled. */
const AMBIGUOUS_MS = 60_000;

type Deps = {
  workspaces: Pick<Workspaces, 'followStates'>;
  features: Features;
  projects: Pick<Projects, 'getMany'>;
  routes: Routes;
  apply: ApplyIssue;
  linear: WithLinear;
  writeBack: WriteBack;
  dispatch: Dispatch;
  now: Now;
};

/** What a look did, counted in words, and what Linear would not have. `error`: it ended early. */
export type Looked = {
  /** Rows that were due. */
  rows: number;
  counts: Record<string, number>;
  refusals: readonly string[];
  error?: LinearError | undefined;
};

/**
 * Looks at due features of one workspace: reads them from Linear, brings our rows up to date, tells Linear what
 * it does not know, and hands out what is ready. Only a look ends a due time, and only if the row did not change.
 * No request is begun after `deadline` (epoch ms); what is left stays due.
 */
export const look = ({
  workspaces,
  features,
  projects,
  routes,
  apply,
  linear,
  writeBack,
  dispatch,
  now,
}: Deps) => {
  const states = teamStates({ linear, now });
  const noteAbsent = absentIssues({ features, linear, now });
  const end = endLook({ features, projects, now });
  const parents = askParents({ features, now });

  /** Keeps by id what was known by name only, and the new names of mapped states. */
  const followStates = async (workspace: WorkspaceRow, news: readonly ListedFeature[]): Promise<void> => {
    const after = [...new Set(news.map(({ issue }) => issue.teamId))].reduce<Mapped>(
      (mapped, teamId) => learnedFrom(mapped, { teamId, states: states.of(teamId) }) ?? mapped,
      workspace,
    );
    if (after !== workspace) await workspaces.followStates(workspace, after);
  };

  const lookAtSome = async (workspace: WorkspaceRow, rows: readonly FeatureRow[], deadline: number) => {
    const { settings } = workspace;
    const trigger = subIssuesHold(settings) ? triggerOf(workspace) : undefined;
    const words: string[] = [];
    const refusals: string[] = [];
    const toAnnounce: string[] = [];
    const rowOfComment = new Map(
      rows.flatMap((row) => Object.keys(row.owed).map((commentId) => [commentId, row] as const)),
    );
    const urls = new Set(rows.flatMap(({ owed }) => owedLinks(owed)));
    const read = await linear(workspace.id, (api) =>
      api.issuesAndComments(
        rows.map(({ linearIssueId }) => linearIssueId),
        { commentIds: [...rowOfComment.keys()], urls: [...urls], trigger },
      ),
    );
    words.push('requests');
    const issueOf = new Map(read.issues.items.map((issue) => [issue.id, issue]));
    const unreadable = new Map(read.issues.unreadable.map(({ id, why }) => [id, why]));

    const updatedAtOf = new Map(rows.map((row) => [row.linearIssueId, row.linearUpdatedAt]));
    const edited = read.issues.items.filter(({ id, updatedAt }) => updatedAtOf.get(id) !== updatedAt);
    await parents.read(workspace, edited, rows);
    const applied = await inParallel(rows, async (row) => {
      const issue = issueOf.get(row.linearIssueId);
      if (unreadable.has(row.linearIssueId)) return 'impossible';
      if (!issue) return 'absent';
      return apply.read(issue, row, await routes.routeOf(workspace, issue), { look: false });
    });
    const givenUp = await noteAbsent(
      workspace,
      rows.filter((_, index) => applied[index] === 'absent'),
    );
    refusals.push(...givenUp);
    words.push(...times('refused', givenUp.length));
    // What the read changed is read again, so that it is decided from the row as it stands.
    const changed = rows.filter((_, index) => applied[index] === 'written' || applied[index] === 'withdrawn');
    const fresh = new Map((await features.getMany(changed.map(({ id }) => id))).map((row) => [row.id, row]));
    const current = rows
      .filter(({ linearIssueId }) => issueOf.has(linearIssueId) || unreadable.has(linearIssueId))
      .map((row) => fresh.get(row.id) ?? row)
      // Whoever held the lease before may have settled it meanwhile.
      .filter((row) => isDue(row, now()))
      // A webhook told something newer since this read: the row stays due, and the next look decides.
      .filter((row) => !(fresh.has(row.id) && isNewerThan(row, issueOf.get(row.linearIssueId))))
      .map((row) => asRead(row, issueOf.get(row.linearIssueId), read.withSubIssues));
    const listed = current.filter(isListed);
    // What cannot be stored is not handed out, but what it owes is told all the same.
    const impossible = new Set(
      rows.filter((_, index) => applied[index] === 'impossible').map(({ id }) => id),
    );
    const whyNot = ({ id, linearIssueId }: FeatureRow) =>
      impossible.has(id) ? (unreadable.get(linearIssueId) ?? UNSTORABLE) : undefined;
    // Stubs that turned out to be none of ours have nothing more to say.
    for (const stub of current.filter((row) => !isListed(row)))
      await features.settle(stub, { posted: [], failure: whyNot(stub) }, now());

    const standing = new Set(
      read.comments.flatMap((comment) => {
        const row = rowOfComment.get(comment.id);
        return row && isOurs(comment, workspace, row) ? [comment.id] : [];
      }),
    );
    const links = new Map([...read.links].map(([issueId, urls]) => [issueId, new Set(urls)]));
    const plansOf = async (some: readonly ListedFeature[]): Promise<Told[]> => {
      const news = some.filter((row) => row.writtenSeq < row.statusSeq || cameLate(row, row.issue.state));
      const requests = await states.load(workspace.id, new Set(news.map(({ issue }) => issue.teamId)));
      words.push(...times('requests', requests));
      await followStates(workspace, news);
      return some.map((feature) => {
        const { teamId } = feature.issue;
        const plan = planWriteBack(feature, {
          states: states.of(teamId),
          mappedTo: (status) => wishOf(workspace, { teamId, states: states.of(teamId) }, status),
          standing,
          links: links.get(feature.linearIssueId) ?? new Set(),
        });
        return impossible.has(feature.id) ? { ...plan, failure: whyNot(feature) } : plan;
      });
    };

    const settle = async (told: readonly Told[]): Promise<void> => {
      const ended = await end(workspace, told);
      words.push(...ended.words);
      refusals.push(...ended.refusals);
      toAnnounce.push(...ended.toAnnounce);
    };

    // A state may be gone, or the issue in another team by now: both are read anew, and the move is tried once more.
    const moved: Told[] = [];
    const tell = async (told: readonly Told[]) => {
      const isRetried = ({ moveRefused, undone }: Told) => moveRefused !== undefined && !undone;
      moved.push(...told.filter(isRetried));
      await settle(told.filter((one) => !isRetried(one)));
    };
    const retryMoves = async (): Promise<WrittenBack> => {
      if (moved.length === 0) return { is: 'done' };
      if (now() > deadline) return { is: 'out_of_time' };
      const { issues, withSubIssues } = await linear(workspace.id, (api) =>
        api.issuesAndComments(
          moved.map(({ feature }) => feature.linearIssueId),
          { trigger },
        ),
      );
      words.push('requests');
      const nowOf = new Map(issues.items.map((issue) => [issue.id, issue]));
      const features = moved.map(({ feature }) =>
        asRead(feature, nowOf.get(feature.linearIssueId), withSubIssues),
      );
      for (const { issue } of features) states.forget(issue.teamId);
      for (const { posted, feature } of moved) {
        for (const id of posted) standing.add(id);
        for (const url of owedLinks(feature.owed)) links.get(feature.linearIssueId)?.add(url);
      }
      const first = new Map(moved.map((told) => [told.feature.id, told]));
      const plans = (await plansOf(features)).map((plan) => {
        const { leftIn, failure, moveRefused } = first.get(plan.feature.id) ?? plan;
        return leftIn === plan.leftIn
          ? { ...plan, mutations: [], failure, moveRefused }
          : { ...plan, failure };
      });
      return writeBack(plans, { ...options, tell: settle });
    };

    const plans = await plansOf(listed);
    const options = { workspace, batch: settings.writeBackBatch, deadline, tell };
    const first = await writeBack(plans, options);
    const ended = first.is === 'done' ? await retryMoves() : first;
    if (ended.is === 'failed') {
      for (const { feature } of ended.ambiguous) await features.postpone(feature, now() + AMBIGUOUS_MS);
    }
    const announced = await dispatch(workspace, toAnnounce);
    words.push(...times('announced', announced));
    return {
      rows: rows.length,
      counts: countWords(words),
      refusals,
      error: ended.is === 'failed' ? ended.error : undefined,
    };
  };

  return async (workspace: WorkspaceRow, ids: readonly string[], deadline: number): Promise<Looked> => {
    const due = (await features.getMany(ids)).filter(
      (row) => row.workspaceId === workspace.id && isDue(row, now()),
    );
    let looked: Looked = { rows: 0, counts: {}, refusals: [] };
    for (const rows of inReads(due)) {
      if (looked.error || now() > deadline) break;
      looked = together(
        looked,
        await lookAtSome(workspace, rows, deadline).catch((error: unknown) => {
          if (!(error instanceof LinearError)) throw error;
          return { rows: rows.length, counts: {}, refusals: [], error };
        }),
      );
    }
    return looked;
  };
};

const times = (word: string, count: number): string[] => Array<string>(count).fill(word);

const isNewerThan = ({ linearUpdatedAt = '' }: FeatureRow, issue: IssueSnapshot | undefined): boolean =>
  issue !== undefined && linearUpdatedAt > issue.updatedAt;

/**
 * The row with what Linear just said of its issue. A withdrawn or stale row keeps what it knew when it last
 * qualified, and what Linear is told has to fit the issue as it is.
 */
const asRead = <R extends FeatureRow>(
  row: R,
  issue: IssueSnapshot | undefined,
  withSubIssues: ReadonlySet<string>,
): R => {
  if (!issue || !isListed(row)) return row;
  const { state, teamId, identifier, url } = issue;
  // A withdrawn row does not keep that its issue went to another team.
  const carried = teamId !== row.issue.teamId ? { carriedToStateId: state.id } : {};
  const heldBySubIssues = withSubIssues.has(issue.id) ? true : undefined;
  return { ...row, ...carried, heldBySubIssues, issue: { ...row.issue, state, teamId, identifier, url } };
};

/** Two looks as one. */
export const together = (one: Looked, other: Looked): Looked => {
  const counts = { ...one.counts };
  for (const [word, times] of Object.entries(other.counts)) counts[word] = (counts[word] ?? 0) + times;
  return {
    rows: one.rows + other.rows,
    counts,
    refusals: [...one.refusals, ...other.refusals],
    error: one.error ?? other.error,
  };
};

/** Cuts rows into reads that fit one page of issues and one of comments. */
const inReads = (rows: readonly FeatureRow[]): FeatureRow[][] =>
  batched(rows, { size: READ, weight: ({ owed }) => Object.keys(owed).length, most: READ });

export type Look = ReturnType<typeof look>;
