import { test as base } from 'vitest';
import { startIngestion } from './ingestion.ts';
import { startPoller } from './poller.ts';

/**
 * A test of the poller, over a workspace of its own; the engine and the local Linear are the file's. `states` are those
 * of the team, by name.
 */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs off this pattern
  .extend('ingestion', { scope: 'file' }, async ({}, { onCleanup }) => {
    const ingestion = await startIngestion();
    onCleanup(ingestion.stop);
    return ingestion;
  })
  .extend('workspace', ({ ingestion }) => ingestion.connected())
  .extend('poller', ({ workspace }) => startPoller(workspace))
  .extend('states', ({ poller }) => poller.states());
