import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../local/settings.ts';
import { type GoalName, goals, isGoal } from './goals.ts';
import { plot } from './report/plot.ts';
import { intoDocs, type Results, table } from './report/report.ts';
import type { Benchmark, Row } from './report/row.ts';

/** `npm run bench` measures every goal, `npm run bench -- p4 p5` only these. The exit code is 1 if a goal is missed. */
const asked = process.argv.slice(2).map((name) => name.toLowerCase());
const unknown = asked.find((name) => !isGoal(name));
if (unknown) {
  console.error(`Unknown goal ${unknown}. The goals are ${Object.keys(goals).join(', ')}.`);
  process.exit(2);
}
const names = asked.length > 0 ? asked.filter(isGoal) : (Object.keys(goals) as GoalName[]);

const resultsFile = join(import.meta.dirname, 'results.json');
const earlier = (): Results['goals'] => {
  try {
    return (JSON.parse(readFileSync(resultsFile, 'utf8')) as Results).goals;
  } catch {
    return {};
  }
};

const measured: Results['goals'] = {};

/** Writes the results. It runs after every goal, so that an interrupted run keeps its results. */
const keep = () => {
  const all = { ...earlier(), ...measured };
  const results: Results = {
    machine: { node: process.version, arch: process.arch, cores: availableParallelism() },
    goals: Object.fromEntries(Object.keys(goals).flatMap((name) => (all[name] ? [[name, all[name]]] : []))),
  };
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(root, 'docs/performance.svg'), plot(results));
  intoDocs(join(root, 'docs/performance.md'), results);
};

/** Measures one goal. If that fails, the goal counts as missed and the others are still measured. */
const rowsOf = async (load: () => Promise<Benchmark>): Promise<Row[]> => {
  try {
    const run = await load();
    return await run();
  } catch (error) {
    console.error(error);
    return [{ what: 'not measured', goal: '', limit: '', measured: '', verdict: 'missed' }];
  }
};

for (const name of names) {
  const { title, load } = goals[name];
  const rows = await rowsOf(load);
  measured[name] = { title, rows };
  console.log(table({ [name]: { title, rows } }));
  keep();
}

const missed = Object.values(measured).flatMap(({ rows }) =>
  rows.filter(({ verdict }) => verdict === 'missed'),
);
console.log(
  missed.length === 0
    ? 'Every goal is met.'
    : `${missed.length} missed: ${missed.map(({ what }) => what).join('; ')}.`,
);
process.exit(missed.length === 0 ? 0 : 1);
