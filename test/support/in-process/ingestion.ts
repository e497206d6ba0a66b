import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLinear } from '../../../local/linear/server.ts';
import { apiStores } from '../../../shared/composition/api.ts';
import { pollerStores } from '../../../shared/composition/poller-stores.ts';
import { linearClient } from '../../../shared/linear/client.ts';
import { linearOauth } from '../../../shared/linear/oauth.ts';
import { startTables, tableNames } from '../../../testing/tables.ts';
import { startInbox } from './webhook-inbox.ts';
import { connectedWorkspace } from './workspace.ts';

const POLL_MS = 2;
const TIMEOUT_MS = 10_000;

const linearUrls = new Set<string>();

/** Waits until every local Linear of this file has sent the webhooks of what was done just now. */
export const settled = async (): Promise<void> => {
  for (const url of linearUrls) {
    for (const giveUp = Date.now() + TIMEOUT_MS; ; ) {
      const response = await fetch(new URL('/_local/deliveries?outcome=pending', url));
      const { deliveries } = (await response.json()) as { deliveries: { dueAt: number | null }[] };
      // Those with a due time wait for it: they are delayed, or tried again.
      if (deliveries.every(({ dueAt }) => dueAt !== null)) break;
      if (Date.now() > giveUp) throw new Error('The local Linear does not get rid of its webhooks.');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
};

/** The use cases in one process, on a real engine and the local Linear, whose webhooks are kept in an inbox. */
export const startIngestion = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'omakase-ingestion-'));
  const redirectUri = 'http://127.0.0.1:1/oauth/linear/callback';
  const inbox = await startInbox();
  const [linear, tables] = await Promise.all([
    startLinear({ port: 0, dataDir, webhookUrl: inbox.url, redirectUri }),
    startTables(),
  ]);
  linearUrls.add(linear.url);
  const { db } = tables;
  const stores = { ...apiStores(db, tableNames), ...pollerStores(db, tableNames) };
  const client = linearClient({ apiUrl: linear.url, now: Date.now });
  const oauth = linearOauth({ apiUrl: linear.url, app: async () => linear, now: Date.now });

  /** How far Linear's clock is ahead of the real one. */
  const aheadBy = () => Number(linear.store.get('Setting', 'clock')?.value ?? 0);
  const post = async (path: string, body: unknown, authorization = '') => {
    const headers = { 'content-type': 'application/json', authorization };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(new URL(path, linear.url), init);
    return (await response.json()) as Record<string, unknown>;
  };

  return {
    /** A new organization, connected, with its projects mirrored and its labels known. */
    connected: () =>
      connectedWorkspace({
        linearUrl: linear.url,
        redirectUri,
        inbox,
        db,
        stores,
        client,
        oauth,
        post,
        aheadBy,
      }),
    /** Makes something go wrong in the local Linear. */
    fault: (fault: object) => post('/_local/faults', fault),
    /** The DynamoDB operations since the last call, as `UpdateItem features`. */
    operations: tables.operations,
    features: stores.features,
    /** What the local Linear keeps. */
    store: linear.store,
    /** Lets Linear's clock go on. */
    passInLinear: (advanceMs: number) => post('/_local/clock', { advanceMs }),
    switches: (changes: object) => post('/_local/switches', changes),
    async stop() {
      linearUrls.delete(linear.url);
      await linear.close();
      await tables.stop();
      await inbox.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
