import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { signed, webhookExample } from '../../testing/builders.ts';

/** The deliveries to send, and how fast. */
export type Sending = {
  url: string;
  secret: string;
  organizationId: string;
  labelId: string;
  project: { id: string; name: string; url: string };
  /** Deliveries per second, for this many seconds, of this many issues. */
  rate: number;
  seconds: number;
  issues: number;
  now: number;
};
/** Posted when the warm-up is over. */
export type Begun = 'begun';
/** The milliseconds of each delivery, the count of each answer, and the last edit of each issue. */
export type Sent = { took: number[]; answers: Record<string, number>; edits: number[] };

/** Linear closes the connection after this time. */
const PATIENCE_MS = 5_000;
/** At a quarter of the rate, until the processes have compiled their hot code. It is not counted. */
const WARM_UP_SECONDS = 15;

/** Runs in a thread of its own, because the rest of the run would delay its timers. */
const send = async ({ url, secret, rate, seconds, issues, now, ...world }: Sending): Promise<Sent> => {
  const agent = new Agent({ keepAlive: true });
  const example = webhookExample('01-issue-create');
  const offsetMs = now - Date.now();
  const edits = Array<number>(issues).fill(0);
  let answers: Record<string, number> = {};
  let took: number[] = [];

  const body = (issue: number, edit: number) => {
    const at = Date.now() + offsetMs;
    const { project, labelId, organizationId } = world;
    const data = {
      ...example.data,
      id: `load-${issue}`,
      identifier: `LOAD-${issue}`,
      title: `Edit ${edit}`,
      project,
      projectId: project.id,
      labels: [{ id: labelId, name: 'omakase', color: '#5e6ad2' }],
      labelIds: [labelId],
      updatedAt: new Date(at).toISOString(),
    };
    const action =
      edit === 1 ? { action: 'create' } : { action: 'update', updatedFrom: { title: `Edit ${edit - 1}` } };
    const envelope = { createdAt: new Date(at).toISOString(), webhookTimestamp: at, organizationId };
    return signed({ ...example, ...envelope, ...action, data }, secret);
  };
  const deliver = (issue: number, edit: number) =>
    new Promise<void>((resolve) => {
      const { bytes, signature } = body(issue, edit);
      const startedAt = performance.now();
      const done = (answer: string) => {
        answers[answer] = (answers[answer] ?? 0) + 1;
        took.push(performance.now() - startedAt);
        resolve();
      };
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'content-length': bytes.length,
        'linear-signature': signature,
      };
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const asked = request(
        `${url}/webhooks/linear`,
        { method: 'POST', headers, agent, signal },
        (response) => {
          response.resume().once('end', () => done(String(response.statusCode)));
        },
      );
      asked.once('error', (error) => done(signal.aborted ? 'hung up' : error.message));
      asked.end(bytes);
    });

  const stream = async (perSecond: number, forSeconds: number) => {
    const underWay: Promise<void>[] = [];
    const startedAt = performance.now();
    for (let sent = 0; sent < perSecond * forSeconds; sent++) {
      // Open loop: a delivery does not wait for the answer to the previous one.
      const waitMs = (sent * 1000) / perSecond - (performance.now() - startedAt);
      if (waitMs > 1) await sleep(waitMs);
      const issue = sent % issues;
      const edit = (edits[issue] ?? 0) + 1;
      edits[issue] = edit;
      underWay.push(deliver(issue, edit));
    }
    await Promise.all(underWay);
  };

  await stream(rate / 4, WARM_UP_SECONDS);
  answers = {};
  took = [];
  parentPort?.postMessage('begun' satisfies Begun);
  await stream(rate, seconds);
  agent.destroy();
  return { took, answers, edits };
};

parentPort?.postMessage(await send(workerData as Sending));
