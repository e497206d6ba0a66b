import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Bundles } from '../../lib/bundle.ts';
import { DataStack } from '../../lib/data-stack.ts';
import { ServiceStack } from '../../lib/service-stack.ts';
import { readStage } from '../../lib/stage.ts';

export const devContext = {
  stage: 'dev',
  jwtIssuer: 'https://auth.example.com/',
  jwtAudience: 'omakase-linear',
};
export const prodContext = { ...devContext, stage: 'prod', jwtIssuer: 'https://tenant.eu.auth0.com/' };

/** Templates do not depend on the code in a bundle, so empty bundles are enough. */
const emptyBundles = (): Bundles => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  const bundle = (name: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), `export const handler = '${name}';`);
    return join(folder, name);
  };
  return {
    api: bundle('api'),
    oauth: bundle('oauth'),
    planning: bundle('planning'),
    'planning-tick': bundle('planning-tick'),
    poller: bundle('poller'),
    sync: bundle('sync'),
    webhook: bundle('webhook'),
  };
};

export const buildStacks = (context: Record<string, unknown> = devContext) => {
  const app = new App({ analyticsReporting: false });
  const stage = readStage((key) => context[key]);
  const data = new DataStack(app, 'Data', { stage });
  const service = new ServiceStack(app, 'Service', { stage, data, bundles: emptyBundles() });
  return { app, data, service };
};

export const templates = (context?: Record<string, unknown>) => {
  const { data, service } = buildStacks(context);
  return { data: Template.fromStack(data), service: Template.fromStack(service) };
};

export type Resource = {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is CloudFormation's, and tests assert on paths in it
  Properties: any;
  DeletionPolicy?: string;
};

/** Every resource of a type with its logical id. */
export const resources = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type)) as [string, Resource][];
