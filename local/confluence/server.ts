import { controlErrorAnswer } from '../stand-in/control.ts';
import { openServer } from '../stand-in/server.ts';
import { answerer } from './answer.ts';
import { type Confluence, openConfluence } from './confluence.ts';
import { type Credentials, firstCredentials } from './seed/credentials.ts';
import type { Store } from './store/store.ts';

export interface ConfluenceOptions {
  /** 0 takes a free port. */
  port: number;
  /** Where the pages are kept between runs. */
  dataDir: string;
  /** Deletes earlier data. */
  fresh?: boolean;
  /** Called after the clock has changed; the answer to the clock request waits for it. */
  onClock?: (offsetMs: number) => Promise<void>;
}

export interface RunningConfluence {
  url: string;
  port: number;
  /** The site, as `https://acme.atlassian.net` would be. Its pages are below `/wiki`. */
  siteUrl: string;
  /** What `https://api.atlassian.com/ex/confluence/{cloudId}` would be. */
  gatewayUrl: string;
  /** Answers access tokens, as `https://auth.atlassian.com/oauth/token` would. */
  tokenUrl: string;
  cloudId: string;
  credentials: Credentials;
  clockOffsetMs: number;
  /** Takes over a time from outside, without a call of `onClock`. */
  setClock: (offsetMs: number) => void;
  /** What it keeps, for tests in the same process. */
  store: Store;
  close: () => Promise<void>;
}

/** Starts the local Confluence on 127.0.0.1. Rejects with the system's error if the port is in use. */
export const startConfluence = async (options: ConfluenceOptions): Promise<RunningConfluence> => {
  const { port, dataDir, fresh = false, onClock } = options;
  const server = await openServer(port);
  // The data is opened by the process that has the port: a second process would replace the journal of the first.
  const confluence = openConfluence({ dataDir, fresh, siteUrl: server.url });
  const answer = answerer(confluence, async (offsetMs) => onClock?.(offsetMs));
  server.serve((request) => answer(request).catch(controlErrorAnswer));
  return {
    url: server.url,
    port: server.port,
    siteUrl: server.url,
    gatewayUrl: `${server.url}/ex/confluence/${confluence.cloudId}`,
    tokenUrl: `${server.url}/oauth/token`,
    cloudId: confluence.cloudId,
    credentials: firstCredentials(confluence),
    clockOffsetMs: confluence.clock.offsetMs,
    setClock: (offsetMs) => setClock(confluence, offsetMs),
    store: confluence.store,
    close: async () => {
      await server.close();
      confluence.store.close();
    },
  };
};

const setClock = ({ clock, store }: Confluence, offsetMs: number): void => {
  clock.offsetMs = offsetMs;
  store.set('Setting', { id: 'clock', value: offsetMs });
};
