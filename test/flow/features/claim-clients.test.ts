import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiAs, linearAs } from '../../../local/walk/walk-clients.ts';
import { connectAs, SCOPES } from '../../../testing/oauth-flow.ts';
import { startStack, type TestStack } from '../../../testing/stack.ts';
import { type Answer, type Feature, send } from '../../support/pulling.ts';

/** `CLAIM_CLIENTS=1000 CLAIM_FEATURES=5000` is the size that is promised. */
const CLIENTS = Number(process.env.CLAIM_CLIENTS ?? 20);
const FEATURES = Number(process.env.CLAIM_FEATURES ?? 60);
const PATIENCE_MS = 3_600_000;

let stack: TestStack;
let projectId: string;
let human: ReturnType<typeof linearAs>;
let token: string;

type Page<T> = { items: T[]; nextCursor?: string };
const listed = async (query = ''): Promise<Feature[]> => {
  const api = apiAs(stack.outputs.api, token);
  const features: Feature[] = [];
  let cursor = '';
  do {
    const page = await api.get<Page<Feature>>(`/projects/${projectId}/features?limit=100${query}${cursor}`);
    features.push(...page.items);
    cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
  } while (cursor);
  return features;
};

beforeAll(async () => {
  stack = await startStack();
  token = await stack.token('auth0|owner', SCOPES);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ teams: 0, projects: 1, issues: FEATURES });
  await fetch(new URL('/_local/seed', stack.outputs.linear), { method: 'POST', headers, body });
  const workspaceId = await connectAs(stack, 'auth0|owner');
  human = linearAs(stack.outputs.linear, stack.outputs.adminKey ?? '');
  const api = apiAs(stack.outputs.api, token);
  for (const giveUp = Date.now() + PATIENCE_MS; Date.now() < giveUp; ) {
    const { items } = await api.get<Page<{ id: string; name: string }>>(
      `/projects?workspaceId=${workspaceId}`,
    );
    // The seeded project is the last by number.
    for (const { id } of items) {
      projectId = id;
      if ((await listed('&ready=true')).length === FEATURES) return;
    }
    await human.advanceClock(61_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('Not all features became ready.');
}, PATIENCE_MS);
afterAll(() => stack?.stop());

const LONGEST_WAIT_MS = 60_000;

/** Asks until it is answered, more and more patiently; `onLost` counts the answers that never came. */
const insist = async (method: string, path: string, body: object, onLost: () => void): Promise<Answer> => {
  for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const answer = await send(stack, method, path, { token, body });
    // The gateway's throttle, its patience with a busy function, or too many at once.
    if (answer.status !== 429 && answer.status !== 503) return answer;
    if (answer.status === 503) onLost();
    await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
  }
};

test(
  `${CLIENTS} orchestrators claim all ${FEATURES} features of a project over HTTP, and each feature goes to one of them`,
  async () => {
    const handedOut = new Map<string, string>();
    let [lost, rounds] = [0, 0];
    const orchestrator = async () => {
      for (;;) {
        const claimed = await insist('POST', `/projects/${projectId}/features/claim`, {}, () => {
          lost += 1;
        });
        if (claimed.status === 204) return;
        expect(claimed.status).toBe(200);
        const { id, runId = '' } = claimed.body as Feature;
        expect(handedOut.get(id)).toBeUndefined();
        handedOut.set(id, runId);
        const report = { status: 'passing', runId };
        expect((await insist('PATCH', `/features/${id}/status`, report, () => {})).status).toBe(200);
      }
    };
    while (handedOut.size < FEATURES) {
      // A claim whose answer was lost is nobody's: it comes back when its lease ends.
      if (rounds > 0) await human.advanceClock(16 * 60_000);
      rounds += 1;
      await Promise.all(Array.from({ length: CLIENTS }, orchestrator));
      expect(FEATURES - handedOut.size).toBeLessThanOrEqual(lost);
    }
    expect(new Set(handedOut.values()).size).toBe(FEATURES);
    for (const { id, status, runId } of await listed())
      expect({ status, runId }).toEqual({ status: 'passing', runId: handedOut.get(id) });
    console.log(`${FEATURES} features in ${rounds} rounds, ${lost} answers lost`);
  },
  PATIENCE_MS,
);
