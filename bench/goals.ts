import type { Benchmark } from './report/row.ts';

type Goal = { title: string; load: () => Promise<Benchmark> };

/** Every goal, in the order of a run. P13 comes last because it uses the processes that the others have started. */
export const goals = {
  p1: {
    title: 'Webhook, cold',
    load: async () => (await import('./goals/webhook/p1-cold-start.ts')).coldStart,
  },
  p2: {
    title: 'Webhook, bundle',
    load: async () => (await import('./goals/webhook/p2-bundle-size.ts')).bundleSize,
  },
  p3: { title: 'Webhook, warm', load: async () => (await import('./goals/webhook/p3-warm-cpu.ts')).warmCpu },
  p4: {
    title: 'Operations a delivery',
    load: async () => (await import('./goals/webhook/p4-operations.ts')).operations,
  },
  p5: {
    title: 'Write units',
    load: async () => (await import('./goals/features/p5-write-units.ts')).writeUnits,
  },
  p6: {
    title: 'Poller',
    load: async () => (await import('./goals/features/p6-poller-scale.ts')).pollerScale,
  },
  p7: {
    title: 'Write-back',
    load: async () => (await import('./goals/features/p7-write-back.ts')).writeBackRequests,
  },
  p8: {
    title: 'Project sync',
    load: async () => (await import('./goals/mirror/p8-project-sync.ts')).projectSync,
  },
  p9: {
    title: 'Reconcile',
    load: async () => (await import('./goals/mirror/p9-reconcile.ts')).reconcileCost,
  },
  p10: {
    title: 'Throughput',
    load: async () => (await import('./goals/webhook/p10-throughput.ts')).throughput,
  },
  p11: {
    title: 'Bad signature',
    load: async () => (await import('./goals/webhook/p11-bad-signature.ts')).badSignature,
  },
  p12: {
    title: 'Report to Linear',
    load: async () => (await import('./goals/features/p12-report-latency.ts')).reportLatency,
  },
  p14: {
    title: 'Read a page',
    load: async () => (await import('./goals/planning/p14-read-page.ts')).readPageCost,
  },
  p13: { title: 'Memory', load: async () => (await import('./goals/webhook/p13-memory.ts')).memory },
} satisfies Record<string, Goal>;

export type GoalName = keyof typeof goals;

export const isGoal = (name: string): name is GoalName => name in goals;
