import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startLinear } from '../../../local/linear/server.ts';
import { apiStores, apiUseCases } from '../../../shared/composition/api.ts';
import { oauthStores, oauthUseCases } from '../../../shared/composition/oauth.ts';
import { tokenSource } from '../../../shared/composition/token-source.ts';
import { linearApi } from '../../../shared/linear/api.ts';
import { linearClient } from '../../../shared/linear/client.ts';
import type { TokenSet } from '../../../shared/linear/oauth.ts';
import { type Grant, type LinearOauth, linearOauth } from '../../../shared/linear/oauth.ts';
import type { Vault } from '../../../shared/runtime/vault.ts';
import { revokeEnded } from '../../../shared/use-cases/workspaces/revoke-ended.ts';
import { consent } from '../../../testing/oauth-flow.ts';
import { startTables, type TestTables, tableNames } from '../../../testing/tables.ts';
import { noConfluence, notInvoked, silent } from '../../support/in-process/silent.ts';

const PUBLIC_URL = 'http://127.0.0.1:1';
const HOUR_MS = 3_600_000;

let linear: Awaited<ReturnType<typeof startLinear>>;
let tables: TestTables;
let dataDir: string;
let oauth: LinearOauth;
let skewMs = 0;
const now = () => Date.now() + skewMs;
const advance = async (ms: number) => {
  skewMs += ms;
  await post('/_local/clock', { advanceMs: ms });
};

/** Seals for one workspace, as KMS does with the encryption context. */
const vault: Vault<TokenSet> = {
  seal: async (id, { accessToken, refreshToken, scope }) =>
    JSON.stringify({ id, accessToken, refreshToken, scope }),
  open: async (id, sealed) => {
    const { id: of, ...opened } = JSON.parse(sealed);
    if (of !== id) throw new Error('sealed for another workspace');
    return opened;
  },
};
const post = async (path: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(new URL(path, linear.url), init)).json()) as Record<string, string>;
};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'omakase-grants-'));
  const redirectUri = `${PUBLIC_URL}/oauth/linear/callback`;
  [linear, tables] = await Promise.all([
    startLinear({ port: 0, dataDir, webhookUrl: PUBLIC_URL, redirectUri }),
    startTables(),
  ]);
  oauth = linearOauth({ apiUrl: linear.url, app: async () => linear, now });
}, 60_000);
afterAll(async () => {
  await linear?.close();
  await tables?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

let organization: string;
beforeEach(async () => {
  await fetch(new URL('/_local/faults', linear.url), { method: 'DELETE' });
  organization = (await post('/_local/organizations', { name: 'Acme' })).id ?? '';
});

/** The use cases on real tables and the local Linear. Records what is sent to Linear. */
const service = () => {
  const stores = { ...apiStores(tables.db, tableNames), ...oauthStores(tables.db, tableNames) };
  const { workspaces } = stores;
  const client = linearClient({ apiUrl: linear.url, now });
  const api = (accessToken: string) => linearApi(client, { accessToken, now });
  const granted: Grant[] = [];
  /** Runs after Linear answers and before the answer is stored. */
  let meanwhile = async () => {};
  const noting = {
    ...oauth,
    exchange: async (...asked: Parameters<LinearOauth['exchange']>) => {
      const grant = await oauth.exchange(...asked);
      granted.push(grant);
      return grant;
    },
    refresh: async (refreshToken: string) => {
      const grant = await oauth.refresh(refreshToken);
      granted.push(grant);
      await meanwhile();
      return grant;
    },
  };
  // The real Linear may refuse to revoke a token that a refresh replaced. The local one then ends its grant.
  const revokingCurrent = {
    ...oauth,
    revoke: async (refreshToken: string) => {
      if (refreshToken === last(granted).refreshToken) await oauth.revoke(refreshToken);
    },
  };
  const outside = { ...stores, ...silent, api, vault, now, sleep: async () => {}, invokeSync: notInvoked };
  const { connect } = oauthUseCases({
    ...outside,
    oauth: noting,
    publicUrl: PUBLIC_URL,
    linearAppUrl: linear.url,
  });
  const { tokens } = tokenSource({ ...outside, oauth: noting });
  const revoking = { ...outside, oauth: revokingCurrent };
  const { disconnect } = apiUseCases({
    ...revoking,
    ...noConfluence,
    startReading: notInvoked,
    tokens,
    invokeWork: notInvoked,
    commentKey: async () => 'not used',
  });
  const row = async (id: string) => {
    const found = await workspaces.get(id);
    if (!found) throw new Error(`There is no workspace ${id}.`);
    return found;
  };
  return {
    workspaces,
    granted,
    row,
    /** Completes a connect flow as this subject. Answers the workspace's id. */
    async connectAs(sub: string): Promise<string> {
      const link = (await connect.createLink(sub)).url.split('/').at(-1) ?? '';
      const { authorizeUrl, cookie } = await connect.begin(link);
      const authorize = new URL(authorizeUrl);
      authorize.searchParams.set('organization', organization);
      const answer = new URL(await consent(authorize)).searchParams;
      const [state, code] = [answer.get('state') ?? '', answer.get('code') ?? undefined];
      return (await connect.complete({ state, code, error: undefined, cookie })).workspaceId;
    },
    disconnect: async (id: string) => disconnect(await row(id)),
    revokeEnded: async (id: string) => revokeEnded(revoking)(await row(id), Number.POSITIVE_INFINITY),
    tokens,
    api,
    refreshBeside(act: () => Promise<void>) {
      meanwhile = async () => {
        meanwhile = async () => {};
        await act();
      };
    },
  };
};
/** Whether Linear still accepts the access token or the refresh token of a grant. */
const isLive = async ({ accessToken, refreshToken }: Grant): Promise<boolean> => {
  const client = linearClient({ apiUrl: linear.url, now });
  const answers = await Promise.allSettled([
    linearApi(client, { accessToken, now }).viewer(),
    oauth.refresh(refreshToken),
  ]);
  return answers.some(({ status }) => status === 'fulfilled');
};
const last = (grants: Grant[]): Grant => {
  const grant = grants.at(-1);
  if (!grant) throw new Error('Nothing was granted.');
  return grant;
};

describe('a connection that is refused', () => {
  test('revokes its own grant and leaves the existing one alone', async () => {
    const { connectAs, granted, row, api, tokens: live } = service();
    const id = await connectAs('owner');
    await expect(connectAs('stranger')).rejects.toThrow('already connected');
    expect(granted).toHaveLength(2);
    expect(await isLive(last(granted))).toBe(false);
    await api((await live.token(id)).accessToken).viewer();
    const names = {
      linearOrganizationName: 'Acme',
      linearOrganizationUrlKey: expect.stringMatching(/^acme/),
    };
    expect(await row(id)).toMatchObject({ ownerId: 'owner', connection: 'connected', ...names });
  });

  test('because Linear does not answer revokes its grant too', async () => {
    const { connectAs, granted } = service();
    await post('/_local/faults', { kind: '5xx', operation: 'Viewer', count: 5 });
    await expect(connectAs('owner')).rejects.toThrow('is not answering');
    await fetch(new URL('/_local/faults', linear.url), { method: 'DELETE' });
    expect(await isLive(last(granted))).toBe(false);
  });
});

describe('a refresh beside a disconnect', () => {
  const beside = async (act: (id: string, its: ReturnType<typeof service>) => Promise<void>) => {
    const its = service();
    const id = await its.connectAs('owner');
    await advance(23 * HOUR_MS);
    its.refreshBeside(() => act(id, its));
    const outcome = await its.tokens.token(id).catch((error: Error) => error);
    return { ...its, id, outcome };
  };

  test('that completes before the new tokens are stored leaves no tokens alive', async () => {
    const { outcome, granted, row, id } = await beside((of, its) => its.disconnect(of));
    expect(outcome).toBeInstanceOf(Error);
    expect(await isLive(last(granted))).toBe(false);
    expect((await row(id)).sealedTokens).toBeUndefined();
  });

  test('and a new connection leaves the old tokens revoked and the new ones alive', async () => {
    const { outcome, granted, row, id } = await beside(async (of, its) => {
      await its.disconnect(of);
      await its.connectAs('owner');
    });
    expect(granted).toHaveLength(3);
    const [, refreshed, fresh] = granted as [Grant, Grant, Grant];
    expect(await isLive(refreshed)).toBe(false);
    expect(outcome).toMatchObject({ accessToken: fresh.accessToken });
    expect((await row(id)).connection).toBe('connected');
    expect(await isLive(fresh)).toBe(true);
  });

  test('whose refresher died has its tokens revoked once the refresh must be over', async () => {
    const {
      granted,
      revokeEnded: again,
      workspaces,
      row,
      id,
    } = await beside(async (of, its) => {
      await its.disconnect(of);
      // As if it were killed here: it does nothing more.
      its.workspaces.storeTokens = async () => false;
      throw new Error('killed');
    });
    expect(await isLive(last(granted))).toBe(true);
    expect((await workspaces.due(now() + 61_000)).items).toContain(id);
    await advance(61_000);
    expect(await again(id)).toBe(0);
    for (const grant of granted) expect(await isLive(grant)).toBe(false);
    expect((await row(id)).toRevoke).toEqual([]);
  });

  test('that finds the new tokens stored revokes them', async () => {
    const its = service();
    const id = await its.connectAs('owner');
    await advance(23 * HOUR_MS);
    await its.tokens.token(id);
    await its.disconnect(id);
    for (const grant of its.granted) expect(await isLive(grant)).toBe(false);
    expect((await its.row(id)).toRevoke).toEqual([]);
  });
});

test('two refreshers of one connection revoke nothing, because both got the same tokens', async () => {
  const its = service();
  const id = await its.connectAs('owner');
  await advance(23 * HOUR_MS);
  its.refreshBeside(async () => {
    await advance(16_000);
    await its.tokens.token(id);
  });
  const { accessToken } = await its.tokens.token(id);
  await its.api(accessToken).viewer();
});

test('a revocation that does not reach Linear is repeated until it does', async () => {
  const its = service();
  const id = await its.connectAs('owner');
  await post('/_local/faults', { kind: '5xx', operation: 'oauth/revoke', count: 1 });
  await its.disconnect(id);
  expect(await its.row(id)).toMatchObject({ connection: 'disconnected' });
  expect((await its.workspaces.due(now() + 61_000)).items).toContain(id);
  expect(await its.revokeEnded(id)).toBe(0);
  expect(await isLive(last(its.granted))).toBe(false);
  const { toRevoke } = await its.row(id);
  expect(toRevoke).toEqual([]);
});
