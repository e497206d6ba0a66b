import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal, Reported } from '../journal.ts';
import type { Attempt } from '../plan/actions.ts';
import { PRIVATE } from '../private-text.ts';
import type { Workspace } from '../workspace.ts';
import type { Answer, World } from '../world.ts';

const TRIES = 6;
const FIRST_WAIT_MS = 200;

/** The text that identifies the comment of a report. */
export const markOf = ({ runId, status }: { runId: string; status: string }): string =>
  `Chaos ${runId} ${status}`;

/** The pull request of a passing run. */
export const prUrlOf = (runId: string): string => `https://git.example.com/pull/${runId}`;

/** Claims and reports as the plan says. Repeats a request that got no answer, 429 or a server error. */
export const orchestrator = (world: World, journal: Journal) => {
  const retry = async (method: string, path: string, body: object): Promise<Answer> => {
    let answer = await world.call(method, path, body);
    for (let attempt = 1; attempt < TRIES && isLost(answer); attempt++) {
      await sleep(FIRST_WAIT_MS * 2 ** attempt);
      answer = await world.call(method, path, body);
    }
    return answer;
  };

  return async (attempt: Attempt): Promise<{ outcome: string; about: string[] }> => {
    const workspace = world.workspaces.get(attempt.workspace) as Workspace;
    const ids = [...workspace.projectIds.values()];
    const askedAt = world.now();
    // A claim is not repeated: if its answer is lost, the feature stays claimed until the lease ends.
    const claimed = await world.call(
      'POST',
      `/projects/${ids[attempt.project % ids.length]}/features/claim`,
      {},
    );
    if (claimed.status !== 200) return { outcome: `claim: ${claimed.status}`, about: [] };
    const { id, linearIssueId, runId, leaseUntil } = claimed.body as Record<string, string>;
    const [featureId, issueId, run] = [id ?? '', linearIssueId ?? '', runId ?? ''];
    const claim: Journal['claims'][number] = {
      workspace: attempt.workspace,
      featureId,
      issueId,
      runId: run,
      askedAt,
      answeredAt: world.now(),
      leaseUntil: Date.parse(leaseUntil ?? ''),
    };
    journal.claims.push(claim);
    const about = [featureId, issueId];
    const path = `/features/${featureId}`;

    await sleep(attempt.thinkMs);
    if (attempt.ends === 'abandon') return { outcome: `${run} abandoned`, about };
    claim.overAt = world.now();
    if (attempt.ends === 'release') {
      const { status } = await retry('POST', `${path}/release`, { runId: run });
      return { outcome: `${run} release: ${status}`, about };
    }

    const report = { status: attempt.ends, runId: run };
    const body = {
      ...report,
      summary: `${markOf(report)} ${PRIVATE}`,
      ...(attempt.ends === 'passing' ? { prUrl: prUrlOf(run) } : { failedStep: 'test' }),
    };
    const reported: Reported = {
      workspace: attempt.workspace,
      featureId,
      issueId,
      ...report,
      askedAt: world.now(),
    };
    journal.reports.push(reported);
    const answers: number[] = [];
    for (let sent = 0; sent <= attempt.repeats; sent++) {
      const { status } = await retry('PATCH', `${path}/status`, body);
      if (status === 200) reported.acceptedAt ??= world.now();
      answers.push(status);
    }
    if (attempt.again && attempt.ends === 'failing' && reported.acceptedAt)
      answers.push((await retry('PATCH', `${path}/status`, { status: 'pending', runId: run })).status);
    return { outcome: `${run} ${attempt.ends}: ${answers.join(', ')}`, about };
  };
};

const isLost = ({ status }: Answer) => status === 0 || status === 429 || status >= 500;
