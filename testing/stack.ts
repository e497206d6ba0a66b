import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permissions } from '../lib/permissions.ts';
import { startEngine } from '../local/dynamodb/engine.ts';
import { type Local, type LocalOptions, startLocal } from '../local/run.ts';
import { watchAnswers } from './openapi.ts';
import { startWire, type Wire } from './wire.ts';

export type TestStack = Local & {
  wire: Wire;
  dataDir: string;
  logs(): string;
  /** Kills the DynamoDB engine, or starts it again on its data. */
  engine: { kill(): Promise<void>; start(): Promise<void> };
};

/**
 * Starts the whole service from its synthesised templates, on free ports, behind a recording DynamoDB proxy. `stop`
 * throws if an answer of the API deviated from the OpenAPI document, or if a function sent DynamoDB an operation that it
 * is not granted.
 */
export const startStack = async (options: Partial<LocalOptions> = {}): Promise<TestStack> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'omakase-flow-'));
  const own = mkdtempSync(join(tmpdir(), 'omakase-engine-'));
  const files = { database: join(own, 'dynamodb.sqlite'), log: join(own, 'engine.log') };
  let engine = await startEngine(files);
  const wire = await startWire(engine.endpoint);
  const local = await startLocal({
    dataDir,
    port: 0,
    linearPort: 0,
    confluencePort: 0,
    // Few tests plan anything. Those start it.
    confluence: 'cloud',
    dynamodbEndpoint: wire.endpoint,
    ...options,
  });
  const answers = watchAnswers(local.outputs.api);
  return {
    ...local,
    wire,
    dataDir,
    logs: () =>
      readdirSync(join(dataDir, 'logs'))
        .map((file) => readFileSync(join(dataDir, 'logs', file), 'utf8'))
        .join('\n'),
    engine: {
      kill: () => engine.stop(),
      async start() {
        engine = await startEngine(files);
        wire.lead(engine.endpoint);
      },
    },
    async stop() {
      const deviations = answers();
      const refused = ungranted(wire);
      await local.stop();
      await wire.stop();
      await engine.stop();
      for (const folder of [dataDir, own]) rmSync(folder, { recursive: true, force: true });
      if (deviations.length > 0)
        throw new Error(`Answers deviate from the OpenAPI document:\n${deviations.join('\n')}`);
      if (refused.length > 0)
        throw new Error(`Operations not granted in lib/permissions.ts:\n${refused.join('\n')}`);
    },
  };
};

/** The short form of a table or function name that the template generated: `features`, `Webhook`. */
export const shortName = (name: string): string =>
  /-(?:Data|Service)-(.*?)[0-9A-F]{8}$/.exec(name)?.[1] ?? name;

/**
 * Operations of functions that lib/permissions.ts does not list. The runner, which creates the tables, is not a
 * function.
 */
const ungranted = (wire: Wire): string[] =>
  wire.kinds().flatMap(({ caller, action, table, index }) => {
    const name = shortName(caller);
    if (!(name in permissions)) return [];
    const grant = index ? `${action} ${index}` : action;
    const granted = Object.entries<readonly string[]>(permissions[name as keyof typeof permissions].tables);
    const isGranted = granted.some(
      ([of, grants]) => of.replaceAll('_', '') === shortName(table) && grants.includes(grant),
    );
    return isGranted ? [] : [`${name}: ${grant} on ${shortName(table)}`];
  });
