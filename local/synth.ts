import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './settings.ts';

export type SynthOptions = { app: string; outdir: string; context: Record<string, string> };

/** Synthesises the CDK app as `cdk synth` does. `context` overrides the context of cdk.json. */
export const synthesise = async ({ app, outdir, context }: SynthOptions): Promise<void> => {
  rmSync(outdir, { recursive: true, force: true });
  // The public URL of cdk.json is that of the deployed API.
  const { publicUrl: _, ...shared } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context;
  // Without an account, the app accepts the placeholder issuer of cdk.json.
  const { CDK_DEFAULT_ACCOUNT: _account, ...env } = process.env;
  const child = spawn(process.execPath, ['--max-semi-space-size=2', app], {
    cwd: root,
    env: {
      ...env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...shared, ...context }),
      // Validation of the templates costs 250 MB and two seconds, and `cdk synth` and the stack tests do it.
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
  const lines = Buffer.concat(errors).toString('utf8').split('\n');
  const messages = lines.filter((line) => line.trim() && !/^\s+at |^Node\.js v/.test(line));
  throw new Error(`The stacks could not be synthesised:\n${messages.join('\n')}`);
};
