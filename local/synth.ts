import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './settings.ts';

export type SynthOptions = { app: string; outdir: string; context: Record<string, string> };

/** Synthesises the CDK app with the context of cdk.json, as `cdk synth` would, and `context` over it. */
export const synthesise = async ({ app, outdir, context }: SynthOptions): Promise<void> => {
  rmSync(outdir, { recursive: true, force: true });
  // Where the deployed API is reached is not where this one is.
  const { publicUrl: _, ...shared } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context;
  // A local run deploys to no account: the placeholder issuer of cdk.json serves here.
  const { CDK_DEFAULT_ACCOUNT: _account, ...env } = process.env;
  const child = spawn(process.execPath, ['--max-semi-space-size=2', app], {
    cwd: root,
    env: {
      ...env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...shared, ...context }),
      // Validating the templates costs 250 MB and two seconds; `cdk synth` and the stack tests do it.
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill();
  process.once('exit', kill);
  const [errors, status] = await Promise.all([
    child.stderr.toArray(),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ]);
  process.off('exit', kill);
  if (status === 0) return;
  const said = Buffer.concat(errors).toString('utf8').split('\n');
  const words = said.filter((line) => line.trim() && !/^\s+at |^Node\.js v/.test(line));
  throw new Error(`The stacks could not be synthesised:\n${words.join('\n')}`);
};
