/** The kinds of runs and events in a workspace's history. */
export const historyKinds = [
  'connect',
  'owner_changed',
  'disconnect',
  'needs_reauth',
  'sync',
  'reconcile',
  'write_back',
  'plan_read',
  'site_connected',
  'site_disconnected',
  'site_refused',
  'site_recovered',
] as const;

/** A run is `running` until it ends; an event is `done` at once. */
export const historyOutcomes = ['running', 'done', 'failed'] as const;
