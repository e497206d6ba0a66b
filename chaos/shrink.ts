import { type Finding, kindOf } from './checks/finding.ts';
import type { Options } from './options.ts';
import type { Action } from './plan/actions.ts';
import { trace } from './report.ts';
import { type Run, runPlan } from './run.ts';

/** No run begins after this time. A run takes as long as its plan and about a minute more. */
const LIMIT_MS = 20 * 60_000;

/** Groups of actions that are left out as a whole first, to show whether the finding needs a fault at all. */
const groups: Record<string, (action: Action) => boolean> = {
  'kills, DynamoDB and clock': ({ does }) => ['kill', 'engine', 'dynamodb', 'clock'].includes(does),
  'faults of Linear': ({ does }) => ['fault', 'reconnect'].includes(does),
  humans: (action) => 'issue' in action,
  orchestrators: ({ does }) => does === 'attempt',
};

/** The findings of the most frequent kind. */
const commonest = (findings: readonly Finding[]): Finding[] =>
  Object.values(Object.groupBy(findings, kindOf)).reduce<Finding[]>(
    (most, of = []) => (of.length > most.length ? of : most),
    [],
  );

/** The same plan, moved so that it begins with its first action. */
const fromStart = (plan: readonly Action[]): Action[] =>
  plan.map((action) => ({ ...action, at: action.at - (plan[0]?.at ?? 0) }));

/**
 * Leaves out the other workspaces, then groups of actions, then halves, quarters and so on down to single actions, as
 * long as a run still has the most frequent kind of finding. Returns the shortest plan and the report of its run.
 */
export const shrink = async (
  options: Options,
  plan: readonly Action[],
  findings: readonly Finding[],
  { run = runPlan, now = Date.now, say = console.log }: Partial<Deps> = {},
): Promise<string> => {
  const [finding] = commonest(findings);
  if (!finding) return 'Nothing is wrong.';
  const startedAt = now();
  let left = { options, plan: [...plan] };
  let last: Outcome | undefined;
  let runs = 0;

  /** Runs a shorter plan. If it has the same kind of finding, it is the one to shorten next. */
  const stillFails = async (what: string, less: typeof left): Promise<boolean> => {
    const isLess = less.plan.length < left.plan.length && less.plan.length > 0;
    if (!isLess || now() - startedAt > LIMIT_MS) return false;
    runs += 1;
    const outcome = await run(less.options, less.plan).catch((error: Error) => error);
    const isSame =
      !(outcome instanceof Error) && outcome.findings.some((each) => kindOf(each) === kindOf(finding));
    const word = outcome instanceof Error ? `aborted: ${outcome.message}` : 'gone';
    say(`  ${what}: ${less.plan.length} actions, ${isSame ? 'still wrong' : word}`);
    if (isSame) {
      left = less;
      last = outcome;
    }
    return isSame;
  };
  const without = (what: string, isLeftOut: (action: Action, index: number) => boolean) =>
    stillFails(`without ${what}`, {
      ...left,
      plan: fromStart(left.plan.filter((action, index) => !isLeftOut(action, index))),
    });

  say(`Looking for a shorter plan with the finding "${kindOf(finding)}":`);
  const { workspace: only } = finding;
  const here = plan.filter((action) => !('workspace' in action) || action.workspace === only);
  if (only !== undefined)
    await stillFails(`workspace ${only} alone`, { options: { ...options, only }, plan: fromStart(here) });
  for (const [what, isOfIt] of Object.entries(groups)) await without(what, isOfIt);
  for (let size = left.plan.length; size > 1; ) {
    size = Math.ceil(Math.min(size, left.plan.length) / 2);
    for (let start = 0; start < left.plan.length; ) {
      const [from, to] = [start, start + size];
      if (!(await without(`${from + 1} to ${to}`, (_, index) => index >= from && index < to))) start = to;
    }
  }

  const minutes = Math.ceil((now() - startedAt) / 60_000);
  const tried = `after ${runs} runs in ${minutes} minutes`;
  if (!last) return `No shorter plan failed in the same way, ${tried}.`;
  return [
    `${left.plan.length} of ${plan.length} actions are left ${tried}:`,
    trace(last.journal),
    last.report,
  ].join('\n');
};

type Outcome = Pick<Run, 'findings' | 'journal' | 'report'>;
type Deps = {
  run: (options: Options, plan: readonly Action[]) => Promise<Outcome>;
  now: () => number;
  say: (line: string) => void;
};
