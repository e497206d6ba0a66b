import { Clock } from '../stand-in/clock.ts';
import { RequestLog } from '../stand-in/request-log.ts';
import { ConfluenceFaults } from './faults.ts';
import { RateLimits } from './rate-limits.ts';
import type { LoggedRequest } from './requests.ts';
import { FORMAT, seed } from './seed/seed.ts';
import { LaggingPages } from './store/lagging-pages.ts';
import { Store } from './store/store.ts';
import { Switches } from './store/switches.ts';

/** Everything that the local Confluence consists of, except its HTTP server. */
export interface Confluence {
  store: Store;
  clock: Clock;
  switches: Switches;
  faults: ConfluenceFaults;
  limits: RateLimits;
  requests: RequestLog<LoggedRequest>;
  /** The pages as the search index and the lists know them. */
  index: LaggingPages;
  lists: LaggingPages;
  cloudId: string;
  /** The address of the site, without a slash at its end. */
  siteUrl: string;
}

interface Settings {
  dataDir: string;
  fresh: boolean;
  siteUrl: string;
}

const CLOUD_ID = '5f6b2a3e-0c8d-4f0e-9a55-3f1d7c2b8e10';

export const openConfluence = ({ dataDir, fresh, siteUrl }: Settings): Confluence => {
  const store = new Store(dataDir, { fresh });
  const isOurs = store.get('Setting', 'format')?.value === FORMAT;
  if (!isOurs) store.clear(['Application', 'ApiToken']);
  const clock = new Clock(Number(store.get('Setting', 'clock')?.value ?? 0));
  const switches = new Switches(store);
  const confluence: Confluence = {
    store,
    clock,
    switches,
    faults: new ConfluenceFaults(),
    limits: new RateLimits(clock),
    requests: new RequestLog(),
    index: new LaggingPages(store, clock, () => switches.values.indexLagMs),
    lists: new LaggingPages(store, clock, () => switches.values.listLagMs),
    cloudId: CLOUD_ID,
    siteUrl,
  };
  if (!isOurs) seed(confluence);
  return confluence;
};

/** Starts over with the first spaces and real time. The first credentials stay what they were. */
export const resetConfluence = (confluence: Confluence): void => {
  const { store, clock, faults, limits, requests, index, lists } = confluence;
  store.clear(['Application', 'ApiToken']);
  clock.offsetMs = 0;
  faults.clear();
  limits.clear();
  requests.clear();
  index.clear();
  lists.clear();
  seed(confluence);
};
