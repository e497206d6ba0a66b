import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthorizerProperties } from './api-gateway/authorizer.ts';
import { openGateway, serveHttpApi } from './api-gateway/gateway.ts';
import { startFakes } from './aws/aws-fakes.ts';
import { createEventBuses } from './aws/event-buses.ts';
import { createKms } from './aws/kms.ts';
import { fillSecrets, type LinearCredentials } from './aws/secrets.ts';
import { constructIdOf, readAssembly } from './aws/template.ts';
import { createClock } from './clock.ts';
import { startConfluence } from './confluence-process.ts';
import { openDataDir } from './data-dir.ts';
import { startEngine, useEngine } from './dynamodb/engine.ts';
import { openProxy } from './dynamodb/proxy.ts';
import { createTables, type TableProperties } from './dynamodb/tables.ts';
import { openKeys, signToken } from './keys.ts';
import { withKillEndpoint } from './kill-endpoint.ts';
import { createFunctions, type Functions } from './lambda/functions.ts';
import { type Schedules, startSchedules } from './lambda/schedule.ts';
import { startLinear } from './linear-process.ts';
import { claimPort } from './ports.ts';
import { root } from './settings.ts';
import { synthesise } from './synth.ts';

export type LocalOptions = {
  dataDir: string;
  /** 0 takes a free port. */
  port?: number;
  linearPort?: number;
  confluencePort?: number;
  /** Deletes earlier data. */
  fresh?: boolean;
  /** A DynamoDB-compatible endpoint to use instead of the embedded engine. */
  dynamodbEndpoint?: string | undefined;
  /** An application of the real Linear, to use instead of the local Linear. */
  realLinear?: LinearCredentials | undefined;
  /** `cloud`: sites of Confluence Cloud, instead of the local Confluence. */
  confluence?: 'local' | 'cloud';
  /** The most processes of one function; further events wait. */
  concurrency?: number;
  /** The most processes of all functions together. */
  processes?: number;
  /** With `false`, no schedule fires. */
  schedules?: boolean;
  /** The CDK app. */
  app?: string;
};

/** The URLs and credentials of a run, as DATA_DIR/local.json contains them. */
type Outputs = LinearCredentials & {
  api: string;
  linear: string;
  dynamodb: string;
  adminKey?: string;
  /** The site of the local Confluence. */
  confluence?: string;
  /** What connects it: a service account, as `auth` of PUT /workspaces/{id}/confluence. */
  confluenceClientId?: string;
  confluenceClientSecret?: string;
};

export type Local = {
  outputs: Outputs;
  /** A token that the gateway accepts. `scope` is one or more, separated by spaces. */
  token(sub: string, scope: string): Promise<string>;
  /** The environment of the function with this construct id, with the URLs of the AWS services. */
  environmentOf(constructId: string): Record<string, string>;
  /** Invokes the function with this construct id ("PollerTick") and waits for its answer. */
  invoke(constructId: string, event: unknown): Promise<unknown>;
  /** Resolves when a part of the run ends unexpectedly. Nothing works after that. */
  failed: Promise<Error>;
  stop(): Promise<void>;
};

/** Starts the whole service on this machine from its synthesised templates. Returns once it serves requests. */
export const startLocal = async (options: LocalOptions): Promise<Local> => {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return { ...(await start(options, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (options: LocalOptions, stops: (() => unknown)[]): Promise<Omit<Local, 'stop'>> => {
  const { dataDir, realLinear, fresh = false } = options;
  const stoppable = async <Part extends { stop(): unknown }>(starting: Promise<Part> | Part) => {
    const part = await starting;
    stops.push(part.stop);
    return part;
  };

  const folder = await openDataDir(dataDir, { fresh });
  stops.push(folder.release);
  const log = (name: string) => join(folder.logs, `${name}.log`);
  const gateway = await stoppable(openGateway(options.port ?? 3000));
  const linearPort = realLinear ? 0 : await claimPort(options.linearPort ?? 3001, 'LINEAR_PORT');
  const linearUrl = `http://127.0.0.1:${linearPort}`;
  const isCloud = options.confluence === 'cloud';
  const confluencePort = isCloud ? 0 : await claimPort(options.confluencePort ?? 3002, 'CONFLUENCE_PORT');
  const confluenceUrl = `http://127.0.0.1:${confluencePort}`;

  const clock = createClock();
  let schedules: Schedules | undefined;
  /** Whichever stand-in's clock is moved, everything follows. */
  const followers = new Set<{ setClock(offsetMs: number): Promise<void> }>();
  const onClock = async (offsetMs: number) => {
    clock.offsetMs = offsetMs;
    await Promise.all([...followers].map((each) => each.setClock(offsetMs)));
    schedules?.clockMoved();
  };

  const [keys, engine, linear, confluence] = await settleAll([
    openKeys(dataDir),
    stoppable(
      options.dynamodbEndpoint
        ? useEngine(options.dynamodbEndpoint)
        : startEngine({ database: folder.database, log: log('dynamodb') }),
    ),
    realLinear
      ? undefined
      : stoppable(
          startLinear({ port: linearPort, api: gateway.url, dataDir, fresh, onClock, log: log('linear') }),
        ),
    isCloud
      ? undefined
      : stoppable(startConfluence({ port: confluencePort, dataDir, fresh, onClock, log: log('confluence') })),
    synthesise({
      app: options.app ?? join(root, 'bin/app.ts'),
      outdir: folder.assembly,
      context: {
        ...(realLinear ? {} : { linearApiUrl: linearUrl, linearAppUrl: linearUrl }),
        ...(isCloud
          ? {}
          : {
              confluenceSites: confluenceUrl,
              confluenceGatewayUrl: confluenceUrl,
              confluenceAuthUrl: confluenceUrl,
            }),
      },
    }),
  ]);
  if (linear) followers.add(linear);
  if (confluence) followers.add(confluence);
  await onClock(linear?.clockOffsetMs ?? confluence?.clockOffsetMs ?? 0);
  const credentials = realLinear ?? (linear as LinearCredentials);

  const deployment = readAssembly(folder.assembly, { apiEndpoint: gateway.url });
  await createTables(engine.endpoint, deployment.resources<TableProperties>('AWS::DynamoDB::GlobalTable'), {
    fresh,
  });

  let functions: Functions | undefined;
  const fakes = await stoppable(
    startFakes({
      kms: createKms(
        deployment.resources('AWS::KMS::Key').map(({ arn }) => arn),
        keys.kms,
      ),
      secrets: fillSecrets(deployment, credentials, keys.kms),
      events: createEventBuses(
        deployment.resources('AWS::Events::EventBus').map(({ name }) => name),
        folder.events,
      ),
      functions: () => functions,
    }),
  );
  const endpoints = { ...fakes.endpoints, AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint };
  functions = await stoppable(
    createFunctions(deployment, {
      endpoints,
      logs: folder.logs,
      clock,
      concurrency: options.concurrency ?? 2,
      processes: options.processes,
    }),
  );

  for (const { properties } of deployment.resources<AuthorizerProperties>('AWS::ApiGatewayV2::Authorizer')) {
    const { Issuer, Audience } = properties.JwtConfiguration;
    keys.trust({ issuer: Issuer, audience: Audience[0] ?? '' });
  }
  const outputs: Outputs = {
    api: gateway.url,
    linear: linear?.url ?? 'https://linear.app',
    dynamodb: options.dynamodbEndpoint ?? (await stoppable(openProxy(engine.endpoint))).url,
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    webhookSecret: credentials.webhookSecret,
    ...(linear && { adminKey: linear.adminKey }),
    ...(confluence && {
      confluence: confluence.siteUrl,
      confluenceClientId: confluence.credentials.clientId,
      confluenceClientSecret: confluence.credentials.clientSecret,
    }),
  };
  writeFileSync(folder.localJson, `${JSON.stringify(outputs, null, 2)}\n`, { mode: 0o600 });

  const access = (line: object) => appendFileSync(log('access'), `${JSON.stringify(line)}\n`);
  const httpApi = serveHttpApi(deployment, { functions, key: keys.jwtPublicKey, clock, access });
  gateway.serve(withKillEndpoint(functions, httpApi));
  if (options.schedules !== false) {
    schedules = startSchedules(deployment, { functions, clock });
    stops.push(schedules.stop);
  }

  const byConstruct = (id: string) => {
    const found = deployment
      .resources<{ Environment?: { Variables?: Record<string, string> } }>('AWS::Lambda::Function')
      .find(({ logicalId }) => constructIdOf(logicalId) === id);
    if (!found) throw new Error(`The template has no function ${id}.`);
    return found;
  };
  return {
    outputs,
    token: (sub, scope) => signToken(dataDir, { sub, scope }),
    environmentOf: (constructId) => ({
      ...byConstruct(constructId).properties.Environment?.Variables,
      ...endpoints,
    }),
    async invoke(constructId, event) {
      const { payload, functionError } = await functions.invoke(byConstruct(constructId).name, event);
      if (functionError) throw new Error(`${constructId} failed: ${payload}`);
      return JSON.parse(payload);
    },
    failed: Promise.race([
      engine.failed,
      ...[linear, confluence].flatMap((each) => (each ? [each.failed] : [])),
    ]),
  };
};

/** Like Promise.all, but it fails only after every part has settled, so that the parts that started can be stopped. */
const settleAll = async <const Parts extends readonly unknown[]>(parts: Parts) => {
  await Promise.allSettled(parts);
  return Promise.all(parts);
};
