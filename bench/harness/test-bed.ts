import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakes } from '../../local/aws/aws-fakes.ts';
import { createEventBuses } from '../../local/aws/event-buses.ts';
import { createKms } from '../../local/aws/kms.ts';
import { linearProjects } from '../../testing/deliveries.ts';
import { connectOrganization } from '../../testing/organization.ts';
import { startTables, tableNames } from '../../testing/tables.ts';
import { startWire } from '../../testing/wire.ts';

export const SECRET = 'lin_wh_bench';
const WORK = 'poller-work';
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:webhook';

/**
 * Starts what the webhook function needs: tables with one connected organization and its projects, a secret, and a
 * wire that counts DynamoDB operations. The function and whatever it is compared with get `environment`.
 */
export const startTestBed = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'omakase-bench-'));
  const tables = await startTables({ onDisk: true });
  const wire = await startWire(tables.endpoint);
  let kicks = 0;
  const fakes = await startFakes({
    kms: createKms([], randomBytes(32)),
    secrets: new Map([[SECRET_ARN, { webhookSecrets: [SECRET] }]]),
    events: createEventBuses([], join(folder, 'events.log')),
    functions: () => ({
      has: (name) => name === WORK,
      invoke: () => Promise.reject(new Error('The webhook waits for no function.')),
      invokeEvent: () => {
        kicks += 1;
      },
    }),
  });
  const workspaceId = await connectOrganization(tables.db, linearProjects(20));
  return {
    folder,
    workspaceId,
    /** How often the webhook has started the worker. */
    kicks: () => kicks,
    tables,
    wire,
    environment: {
      ...tableNames,
      WORK_FUNCTION: WORK,
      LINEAR_WEBHOOK_SECRET_ARN: SECRET_ARN,
      LINEAR_WEBHOOK_SECRET: SECRET,
      POWERTOOLS_SERVICE_NAME: 'bench',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_SESSION_TOKEN: 'bench',
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      ...fakes.endpoints,
      AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    },
    async stop() {
      await fakes.stop();
      await wire.stop();
      await tables.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
