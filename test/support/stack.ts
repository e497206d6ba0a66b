import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../local/engine.ts';
import { type Local, type LocalOptions, startLocal } from '../../local/run.ts';
import { startWire, type Wire } from './wire.ts';

export type TestStack = Local & { wire: Wire; dataDir: string; logs(): string };

/** The whole service from its synthesised templates, on free ports, with the DynamoDB wire listened to. */
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
  return {
    ...local,
    wire,
    dataDir,
    logs: () =>
      readdirSync(join(dataDir, 'logs'))
        .map((file) => readFileSync(join(dataDir, 'logs', file), 'utf8'))
        .join('\n'),
    async stop() {
      await local.stop();
      await wire.stop();
      await engine.stop();
      for (const folder of [dataDir, own]) rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** The short name of a table or function that the template named: `features`, `Webhook`. */
export const shortName = (name: string): string =>
  /-(?:Data|Service)-(.*?)[0-9A-F]{8}$/.exec(name)?.[1] ?? name;
