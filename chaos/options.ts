import { parseArgs } from 'node:util';

/** The size of a run. */
export type Options = {
  seed: number;
  seconds: number;
  workspaces: number;
  /** In all workspaces together, like the issues. */
  projects: number;
  issues: number;
  /** Actions of humans in Linear and claims of orchestrators, per second, in all workspaces. */
  edits: number;
  attempts: number;
  /** The number of the only workspace to run, if it is to be only one. */
  only: number | undefined;
};

const defaults = { minutes: 10, workspaces: 20, projects: 200, issues: 5_000, edits: 10, attempts: 4 };

/** A flag's number. Throws an Error that names the flag. */
export const sizeOf = (name: string, text: string): number => {
  if (text.trim() !== '' && Number.isFinite(Number(text)) && Number(text) >= 0) return Number(text);
  throw new Error(`--${name} must be a number that is not negative, not ${JSON.stringify(text)}.`);
};

/**
 * Reads `--seed 7 --minutes 1 --only 3` and so on. `CHAOS_SEED`, `CHAOS_MINUTES`, … replace flags that are not given.
 * Throws an Error that names a wrong flag.
 */
export const readOptions = (args: string[], env: NodeJS.ProcessEnv): Options & { shrink: boolean } => {
  const number = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      seed: number,
      minutes: number,
      workspaces: number,
      projects: number,
      issues: number,
      edits: number,
      attempts: number,
      only: number,
      shrink: { type: 'boolean', default: false },
    },
  });
  const given = (name: keyof typeof defaults | 'seed' | 'only'): number | undefined => {
    const text = values[name] ?? env[`CHAOS_${name.toUpperCase()}`];
    return text === undefined ? undefined : sizeOf(name, text);
  };
  const size = (name: keyof typeof defaults) => given(name) ?? defaults[name];
  return {
    seed: given('seed') ?? Math.floor(Math.random() * 1_000_000),
    seconds: size('minutes') * 60,
    workspaces: size('workspaces'),
    projects: size('projects'),
    issues: size('issues'),
    edits: size('edits'),
    attempts: size('attempts'),
    only: given('only'),
    shrink: values.shrink,
  };
};

/** The flags that make the same plan. */
export const flagsOf = ({ seconds, only, ...sizes }: Options): string =>
  Object.entries({ ...sizes, minutes: seconds / 60, ...(only !== undefined && { only }) })
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ');
