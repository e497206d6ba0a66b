import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Local, startLocal } from './run.ts';
import { dataDirOf, fail, isDiskFull, messageOf, portsOf, realLinearOf } from './settings.ts';

const flags = () => {
  try {
    const options = {
      once: { type: 'boolean' },
      'no-walk': { type: 'boolean' },
      fresh: { type: 'boolean' },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(`${(error as Error).message} Usage: npm start -- [--once] [--no-walk] [--fresh]`);
  }
};

/** The pids of the parent process and, on Linux, of its parent. */
const ancestors = () => {
  try {
    const [, grandparent] = readFileSync(`/proc/${process.ppid}/stat`, 'utf8').match(/\) \S (\d+)/) ?? [];
    return `${process.ppid} ${grandparent}`;
  } catch {
    return String(process.ppid);
  }
};

// Files of a run contain keys and tokens.
process.umask(0o077);

let local: Local | undefined;
let leaving = false;
const leave = async (status: number) => {
  if (leaving) return;
  leaving = true;
  try {
    await local?.stop();
  } finally {
    process.exit(status);
  }
};
process.on('SIGINT', () => void leave(130));
process.on('SIGTERM', () => void leave(143));
process.on('uncaughtException', (error) => {
  // Only a full disk is no fault of the code.
  if (!leaving) console.error(isDiskFull(error) ? messageOf(error) : error);
  void leave(1);
});
if (process.env.npm_lifecycle_event) {
  // A killed npm sends no signal, and a stopped one stops only the shell in between. In both cases the parents change.
  const npm = ancestors();
  setInterval(() => ancestors() !== npm && void leave(1), 1_000).unref();
}

const { once = false, 'no-walk': noWalk = false, fresh = false } = flags();
try {
  const dataDir = dataDirOf(process.env);
  const realLinear = realLinearOf(process.env);
  if (once && (noWalk || realLinear)) {
    throw new Error(
      '--once needs the walk, so it cannot be combined with --no-walk or with the real Linear.',
    );
  }
  local = await startLocal({
    dataDir,
    ...portsOf(process.env),
    fresh,
    dynamodbEndpoint: process.env.DYNAMODB_ENDPOINT || undefined,
    realLinear,
    confluence: process.env.CONFLUENCE_SITE_URL ? 'cloud' : 'local',
  });
  const { outputs, token } = local;
  console.log(JSON.stringify(outputs, null, 2));
  console.log(
    `Up at ${outputs.api}, Linear at ${outputs.linear}, Confluence at ${outputs.confluence ?? process.env.CONFLUENCE_SITE_URL}. Logs: ${dataDir}/logs. Ctrl-C stops everything.`,
  );
  if (realLinear && !realLinear.webhookSecret)
    console.log(
      'LINEAR_WEBHOOK_SECRET is not set, so every webhook is refused. Changes are found by reconciling, minutes later.',
    );
  void local.failed.then(async ({ message }) => {
    if (!leaving) console.error(message);
    await leave(1);
  });

  const { api, linear, adminKey } = outputs;
  const {
    confluence,
    confluenceClientId: clientId = '',
    confluenceClientSecret: clientSecret = '',
  } = outputs;
  const plan = confluence ? { confluence, auth: { clientId, clientSecret } } : undefined;
  if (!noWalk && adminKey) {
    // The walk's code is loaded only if it runs.
    const { walk } = await import('./walk/walk.ts');
    const walked = await walk({ api, linear, adminKey, plan, token, print: console.log }).then(
      () => true,
      (error: Error) => {
        if (!leaving) console.error(error.message);
        return false;
      },
    );
    if (once) await leave(walked ? 0 : 1);
  }
} catch (error) {
  await local?.stop();
  fail(error);
}
