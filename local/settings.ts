import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

export const dataDirOf = ({ DATA_DIR }: NodeJS.ProcessEnv) => resolve(DATA_DIR || '.local');

/** A port from the environment; 0 takes a free port. */
export const portOf = (env: NodeJS.ProcessEnv, name: string, fallback: number) => {
  const port = env[name] ? Number(/^\d{1,5}$/.exec(env[name])?.[0]) : fallback;
  if (port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} is "${env[name]}": it must be a port number from 0 to 65535.`);
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

/** Prints the message without a stack trace, which would not help the user, and exits with 1. */
export const fail = (error: unknown): never => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
};
