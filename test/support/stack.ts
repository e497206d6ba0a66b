import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../local/engine.ts';
import { type Local, type LocalOptions, startLocal } from '../../local/run.ts';
import { watchAnswers } from './openapi.ts';
import { startWire, type Wire } from './wire.ts';

export type TestStack = Local & { wire: Wire; dataDir: string; logs(): string };

/**
 * The whole service from its synthesised templates, on free ports, with the DynamoDB wire listened to. Stopping it
 * throws if any answer of the API was not as the OpenAPI document says.
 */
export const startStack = async (options: Partial<LocalOptions> = {}): Promise<TestStack> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'omakase-flow-'));
  const own = mkdtempSync(join(tmpdir(), 'omakase-engine-'));
  const engine = await startEngine({ database: join(own, 'dynamodb.sqlite'), log: join(own, 'engine.log') });
  const wire = await startWire(engine.endpoint);
  const local = await startLocal({
    dataDir,
    port: 0,
    linearPort: 0,
    dynamodbEndpoint: wire.endpoint,
    ...options,
  });
  const answers = watchAnswers(local.handles.api);
  return {
    ...local,
    wire,
    dataDir,
    logs: () =>
      readdirSync(join(dataDir, 'logs'))
        .map((file) => readFileSync(join(dataDir, 'logs', file), 'utf8'))
        .join('\n'),
    async stop() {
      const deviations = answers();
      await local.stop();
      await wire.stop();
      await engine.stop();
      for (const folder of [dataDir, own]) rmSync(folder, { recursive: true, force: true });
      if (deviations.length > 0) throw new Error(`Not as the document says:\n${deviations.join('\n')}`);
    },
  };
};

/** The short name of a table or function that the template named: `features`, `Webhook`. */
export const shortName = (name: string): string =>
  /-(?:Data|Service)-(.*?)[0-9A-F]{8}$/.exec(name)?.[1] ?? name;
