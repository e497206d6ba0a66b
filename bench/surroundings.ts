import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundleLambdas, bundling } from '../lib/bundle.ts';
import { startFakes } from '../local/aws/aws-fakes.ts';
import { createEventBuses } from '../local/aws/event-buses.ts';
import { createKms } from '../local/aws/kms.ts';
import { listen } from '../local/ports.ts';
import { root } from '../local/settings.ts';
import { linearProjects } from '../testing/deliveries.ts';
import { connectOrganization } from '../testing/organization.ts';
import { startTables } from '../testing/tables.ts';
import { startWire } from '../testing/wire.ts';

export const SECRET = 'lin_wh_bench';
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:webhook';

/**
 * What the webhook function finds around it: tables with one connected organization and its projects, a secret,
 * and a wire on which operations are counted. `environment` is the function's, and that of what it is compared with.
 */
export const startSurroundings = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'omakase-bench-'));
  const tables = await startTables();
  const wire = await startWire(tables.endpoint);
  const fakes = await startFakes({
    kms: createKms([], randomBytes(32)),
    secrets: new Map([[SECRET_ARN, { webhookSecrets: [SECRET] }]]),
    events: createEventBuses([], join(folder, 'events.log')),
    functions: () => undefined,
  });
  await connectOrganization(tables.db, linearProjects(20));
  return {
    folder,
    tables,
    wire,
    environment: {
      WORKSPACES_TABLE: 'workspaces',
      PROJECTS_TABLE: 'projects',
      FEATURES_TABLE: 'features',
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

/** The product's bundles, as they are deployed. */
export const bundleProduct = (folder: string) =>
  bundleLambdas(join(root, 'lambdas'), join(folder, 'product'));

/** What CommonJS in an ES module needs to run at all. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** One file as esbuild bundles it with nothing said but `bundle`, `platform` and `minify`; as the product's if `asProduct`. */
export const bundleFile = (folder: string, source: string, { asProduct }: { asProduct: boolean }): string => {
  const outfile = join(folder, `${source.replaceAll('/', '-')}-${asProduct ? 'product' : 'default'}.mjs`);
  const entry = { entryPoints: [join(root, source)], outfile };
  if (asProduct) buildSync({ ...bundling, ...entry });
  else
    buildSync({
      ...entry,
      bundle: true,
      platform: 'node',
      minify: true,
      format: 'esm',
      banner: { js: REQUIRE },
    });
  return outfile;
};

/** A certificate of our own for 127.0.0.1, for NODE_EXTRA_CA_CERTS. */
const certificate = (folder: string) => {
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...ec, ...names, '-days', '2', '-keyout', keyFile, '-out', certFile],
    {
      stdio: 'ignore',
    },
  );
  return { certFile, key: readFileSync(keyFile), cert: readFileSync(certFile) };
};

/** Puts TLS before the AWS endpoints of an environment, as on AWS; plain http loads other parts of Node. */
export const overTls = async (folder: string, environment: Record<string, string>) => {
  const { certFile, key, cert } = certificate(folder);
  const agent = new Agent({ keepAlive: true });
  const servers = await Promise.all(
    Object.entries(environment)
      .filter(([name]) => name.startsWith('AWS_ENDPOINT_URL_'))
      .map(async ([name, target]) => {
        const server = createServer({ key, cert }, (incoming, outgoing) => {
          const { method, headers, url } = incoming;
          const forwarded = request(target, { method, headers, agent, path: url }, (answer) => {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(outgoing);
          });
          incoming.pipe(forwarded);
        });
        const port = await listen(server as never, 0, 'a free port');
        return { name, server, url: `https://127.0.0.1:${port}` };
      }),
  );
  return {
    environment: {
      ...environment,
      ...Object.fromEntries(servers.map(({ name, url }) => [name, url])),
      NODE_EXTRA_CA_CERTS: certFile,
    },
    async stop() {
      agent.destroy();
      for (const { server } of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
};
