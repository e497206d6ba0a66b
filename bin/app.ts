import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleLambdas } from '../lib/bundle.ts';
import { DataStack } from '../lib/data-stack.ts';
import { ServiceStack } from '../lib/service-stack.ts';
import { readStage } from '../lib/stage.ts';

const app = new App();
try {
  const stage = readStage((key) => app.node.tryGetContext(key), {
    account: process.env.CDK_DEFAULT_ACCOUNT || undefined,
  });
  const name = `OmakaseLinear-${stage.stage}`;
  const data = new DataStack(app, `${name}-Data`, { stage });
  const bundles = bundleLambdas(join(import.meta.dirname, '../lambdas'), join(app.outdir, 'bundles'));
  new ServiceStack(app, `${name}-Service`, { stage, data, bundles });
  app.synth();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
