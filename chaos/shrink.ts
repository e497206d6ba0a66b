import { type Finding, kindOf } from './checks/finding.ts';
import type { Options } from './options.ts';
import type { Action } from './plan.ts';
import { type Run, runPlan } from './run.ts';
import { history } from './story.ts';

/** No try is begun after this; each is a run, as long as its plan and about a minute. */
const LIMIT_MS = 20 * 60_000;

/** What is left away as a whole first: who reads what is left wants to know whether it takes a fault at all. */
const groups: Record<string, (action: Action) => boolean> = {
  'kills, DynamoDB and clock': ({ does }) => ['kill', 'engine', 'dynamodb', 'clock'].includes(does),
  'faults of Linear': ({ does }) => ['fault', 'reconnect'].includes(does),
  humans: (action) => 'issue' in action,
  orchestrators: ({ does }) => does === 'attempt',
};

/** The findings of the kind that there are most of. */
const commonest = (findings: readonly Finding[]): Finding[] =>
  Object.values(Object.groupBy(findings, kindOf)).reduce<Finding[]>(
    (most, of = []) => (of.length > most.length ? of : most),
    [],
  );

/** The same, from the first action on. */
const atOnce = (plan: readonly Action[]): Action[] =>
  plan.map((action) => ({ ...action, at: action.at - (plan[0]?.at ?? 0) }));

/**
 * Leaves away the other workspaces, then groups, then halves, quarters and so on down to single actions, for as long as
 * the kind of finding that there was most of comes. Answers what is left, and how its run went.
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

  /** Whether the same comes of less; then it goes on from there. */
  const comesOf = async (what: string, less: typeof left): Promise<boolean> => {
    const isLess = less.plan.length < left.plan.length && less.plan.length > 0;
    if (!isLess || now() - startedAt > LIMIT_MS) return false;
    runs += 1;
    const outcome = await run(less.options, less.plan).catch((error: Error) => error);
    const isSame =
      !(outcome instanceof Error) && outcome.findings.some((each) => kindOf(each) === kindOf(finding));
    const word = outcome instanceof Error ? `broke off: ${outcome.message}` : 'gone';
    say(`  ${what}: ${less.plan.length} actions, ${isSame ? 'still wrong' : word}`);
    if (isSame) {
      left = less;
      last = outcome;
    }
    return isSame;
  };
  const without = (what: string, isLeftAway: (action: Action, index: number) => boolean) =>
    comesOf(`without ${what}`, {
      ...left,
      plan: atOnce(left.plan.filter((action, index) => !isLeftAway(action, index))),
    });

  say(`Looking for less that makes "${kindOf(finding)}":`);
  const { workspace: only } = finding;
  const here = plan.filter((action) => !('workspace' in action) || action.workspace === only);
  if (only !== undefined)
    await comesOf(`workspace ${only} alone`, { options: { ...options, only }, plan: atOnce(here) });
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
  if (!last) return `The same did not come of less, ${tried}.`;
  return [
    `${left.plan.length} of ${plan.length} actions are left ${tried}:`,
    history(last.journal),
    last.report,
  ].join('\n');
};

type Outcome = Pick<Run, 'findings' | 'journal' | 'report'>;
type Deps = {
  run: (options: Options, plan: readonly Action[]) => Promise<Outcome>;
  now: () => number;
  say: (line: string) => void;
};
