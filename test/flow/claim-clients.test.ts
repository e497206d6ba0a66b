import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiAs, linearAs } from '../../local/walk-clients.ts';
import { connectAs, SCOPES } from '../support/oauth-flow.ts';
import { type Feature, send } from '../support/pulling.ts';
import { startStack, type TestStack } from '../support/stack.ts';

/** `CLAIM_CLIENTS=1000 CLAIM_FEATURES=5000` is the size that is promised; it takes a quarter of an hour. */
const CLIENTS = Number(process.env.CLAIM_CLIENTS ?? 20);
const FEATURES = Number(process.env.CLAIM_FEATURES ?? 60);
const PATIENCE_MS = 3_600_000;

let stack: TestStack;
let projectId: string;
let token: string;

type Page<T> = { items: T[]; nextCursor?: string };
const listed = async (query = ''): Promise<Feature[]> => {
  const api = apiAs(stack.handles.api, token);
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
  await fetch(new URL('/_local/seed', stack.handles.linear), { method: 'POST', headers, body });
  const workspaceId = await connectAs(stack, 'auth0|owner');
  const human = linearAs(stack.handles.linear, stack.handles.adminKey ?? '');
  const api = apiAs(stack.handles.api, token);
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

test(
  `${CLIENTS} orchestrators empty a project of ${FEATURES} over HTTP: each feature goes to one of them`,
  async () => {
    const handedOut = new Map<string, string>();
    let answers = 0;
    const orchestrator = async () => {
      for (;;) {
        const { status, body } = await send(stack, 'POST', `/projects/${projectId}/features/claim`, {
          token,
        });
        answers += 1;
        if (status === 204) return;
        if (status === 200) {
          const { id, runId = '' } = body as Feature;
          expect(handedOut.get(id)).toBeUndefined();
          handedOut.set(id, runId);
        } else {
          // The gateway's throttle, or too many at once.
          expect([429, 503]).toContain(status);
          await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 800));
        }
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, orchestrator));
    expect(handedOut.size).toBe(FEATURES);
    expect(new Set(handedOut.values()).size).toBe(FEATURES);
    for (const { id, status, runId } of await listed())
      expect({ status, runId }).toEqual({ status: 'in_progress', runId: handedOut.get(id) });
    console.log(`${handedOut.size} claims in ${answers} answers`);
  },
  PATIENCE_MS,
);
