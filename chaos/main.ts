import { fail } from '../local/settings.ts';
import { flagsOf, readOptions } from './options.ts';
import { makePlan } from './plan/plan.ts';
import { summary } from './report.ts';
import { runPlan } from './run.ts';
import { shrink } from './shrink.ts';

/** `npm run chaos` injects faults for a while and checks the result; `npm run chaos -- load` measures deliveries. */
const [first, ...rest] = process.argv.slice(2);
if (first === 'load') {
  const { load } = await import('./load/load.ts');
  process.exit((await load(rest)) ? 0 : 1);
}

const readFlags = () => {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    return fail(error);
  }
};
const { shrink: isToShrink, ...options } = readFlags();
const plan = makePlan(options);
const counts = Object.entries(Object.groupBy(plan, ({ does }) => does)).map(
  ([does, of]) => `${of?.length} ${does}`,
);
console.log(`Seed ${options.seed}: ${plan.length} actions in ${options.seconds} s (${counts.join(', ')}).`);

const { findings, ticks, journal, report } = await runPlan(options, plan);
const done = journal.entries.filter(({ outcome }) => !/^(refused|failed|claim)/.test(outcome)).length;
console.log(
  `${done} of ${journal.entries.length} actions were carried out; ${journal.claims.length} claims, ` +
    `${journal.reports.filter(({ acceptedAt }) => acceptedAt).length} outcomes accepted. After ${ticks} ticks:`,
);
console.log(summary(journal));
console.log(report);
if (findings.length > 0) {
  console.log(`Again: npm run chaos -- ${flagsOf(options)}`);
  if (isToShrink) console.log(await shrink(options, plan, findings));
}
process.exit(findings.length === 0 ? 0 : 1);
