import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

export const dataDirOf = ({ DATA_DIR }: NodeJS.ProcessEnv) => resolve(DATA_DIR || '.local');

/** A port from the environment; 0 takes a free port. */
const portOf = (env: NodeJS.ProcessEnv, name: string, fallback: number) => {
  const port = env[name] ? Number(/^\d{1,5}$/.exec(env[name])?.[0]) : fallback;
  if (port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} is "${env[name]}": it must be a port number from 0 to 65535.`);
};

/** The ports of the gateway, of the local Linear and of the local Confluence from the environment. */
export const portsOf = (env: NodeJS.ProcessEnv) => {
  const ports = {
    PORT: portOf(env, 'PORT', 3000),
    LINEAR_PORT: portOf(env, 'LINEAR_PORT', 3001),
    CONFLUENCE_PORT: portOf(env, 'CONFLUENCE_PORT', 3002),
  };
  const taken = new Map<number, string>();
  for (const [name, port] of Object.entries(ports)) {
    const other = taken.get(port);
    if (other && port !== 0) throw new Error(`${other} and ${name} are both ${port}: they must differ.`);
    taken.set(port, name);
  }
  return { port: ports.PORT, linearPort: ports.LINEAR_PORT, confluencePort: ports.CONFLUENCE_PORT };
};

/** The credentials for the real Linear from the environment; undefined to use the local Linear. */
export const realLinearOf = (env: NodeJS.ProcessEnv) => {
  const { LINEAR_CLIENT_ID: clientId, LINEAR_CLIENT_SECRET: clientSecret, LINEAR_WEBHOOK_SECRET } = env;
  if (!clientId && !clientSecret) return undefined;
  if (clientId && clientSecret)
    return { clientId, clientSecret, webhookSecret: LINEAR_WEBHOOK_SECRET || undefined };
  throw new Error(
    'LINEAR_CLIENT_ID and LINEAR_CLIENT_SECRET belong together: set both for the real Linear, or neither.',
  );
};

export const isDiskFull = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC';

/** What an error says to the person who started the run. A full disk needs more than the system's words. */
export const messageOf = (error: unknown): string => {
  if (isDiskFull(error))
    return 'The disk with DATA_DIR is full: free space and start again. What was acknowledged is kept.';
  return error instanceof Error ? error.message : String(error);
};

/** Prints the message without a stack trace, which would not help the user, and exits with 1. */
export const fail = (error: unknown): never => {
  console.error(messageOf(error));
  process.exit(1);
};
