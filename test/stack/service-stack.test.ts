import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Route, routes } from '../../lambdas/routes.ts';
import { functionNames } from '../../lib/permissions.ts';
import { devContext, resources, templates } from './stacks.ts';

const { service } = templates();
const functions = resources(service, 'AWS::Lambda::Function');

describe('routes', () => {
  const authorizers = resources(service, 'AWS::ApiGatewayV2::Authorizer');
  const deployed = Object.fromEntries(
    resources(service, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
      Properties.RouteKey,
      Properties,
    ]),
  );
  const functionBehind = (target: { 'Fn::Join': [string, [string, { Ref: string }]] }) => {
    const [, integration] = target['Fn::Join'][1];
    const uri = service.findResources('AWS::ApiGatewayV2::Integration')[integration.Ref]?.Properties
      .IntegrationUri;
    return uri['Fn::GetAtt'][0] as string;
  };

  test('are those of routes.ts and no others', () => {
    expect(Object.keys(deployed).sort()).toEqual(Object.keys(routes).sort());
  });

  test.each(Object.entries<Route>(routes))(
    'send %s to its function and require its scope',
    (key, { lambda, scope }) => {
      const { AuthorizationType, AuthorizationScopes, AuthorizerId, Target } = deployed[key];
      expect(functionBehind(Target).toLowerCase()).toMatch(new RegExp(`^${lambda}`));
      expect({ AuthorizationType, AuthorizationScopes, AuthorizerId }).toEqual(
        scope === 'public'
          ? { AuthorizationType: 'NONE' }
          : {
              AuthorizationType: 'JWT',
              AuthorizationScopes: [scope],
              AuthorizerId: { Ref: authorizers[0]?.[0] },
            },
      );
    },
  );

  test('trust one issuer and one audience', () => {
    expect(authorizers.map(([, { Properties }]) => Properties.JwtConfiguration)).toEqual([
      { Issuer: devContext.jwtIssuer, Audience: [devContext.jwtAudience] },
    ]);
  });

  test('are throttled, and logged without path, query or headers', () => {
    const [[, stage] = []] = resources(service, 'AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingBurstLimit: expect.any(Number),
      ThrottlingRateLimit: expect.any(Number),
    });
    const format: string = stage?.Properties.AccessLogSettings.Format;
    expect(() => JSON.parse(format)).not.toThrow();
    expect(format).not.toMatch(
      /\$context\.(path|requestOverride|querystring|identity\.userAgent|domainName|authorizer\.claims\}?)["}]/i,
    );
  });
});

describe('functions', () => {
  test('run Node 24 on arm64', () => {
    expect(functions).toHaveLength(functionNames.length);
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
  });

  test('are not retried by Lambda, because the row stays due', () => {
    const configs = resources(service, 'AWS::Lambda::EventInvokeConfig').map(
      ([, { Properties }]) => Properties,
    );
    expect(configs).toHaveLength(functions.length);
    expect(configs.map(({ MaximumRetryAttempts }) => MaximumRetryAttempts)).toEqual(functions.map(() => 0));
    expect(configs.filter(({ MaximumEventAgeInSeconds }) => MaximumEventAgeInSeconds === 60)).toHaveLength(5);
  });

  test('reserve concurrency only if the stage says so', () => {
    const reserving = (context: object) =>
      resources(templates({ ...devContext, ...context }).service, 'AWS::Lambda::Function').filter(
        ([, { Properties }]) => Properties.ReservedConcurrentExecutions !== undefined,
      );
    expect(reserving({})).toHaveLength(0);
    expect(reserving({ reserveConcurrency: 'true' })).toHaveLength(5);
  });

  test('keep their logs for a limited time', () => {
    const groups = resources(service, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(functions.length + 1);
    for (const [, { Properties }] of groups) expect(Properties.RetentionInDays).toBeGreaterThan(0);
  });

  test('include a tick that runs every minute', () => {
    const [[, schedule] = []] = resources(service, 'AWS::Scheduler::Schedule');
    expect(schedule?.Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    expect(schedule?.Properties.Target.Arn['Fn::GetAtt'][0]).toMatch(/^PollerTick/);
  });
});

const sourceOf = (folder: string) => {
  const root = join(import.meta.dirname, '../..', folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, name), 'utf8'))
    .join('\n');
};

describe('alarms', () => {
  const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  const pages = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, page = '']) => page.toLowerCase());
  const descriptions = resources(service, 'AWS::CloudWatch::Alarm').map(
    ([, { Properties }]) => Properties.AlarmDescription as string,
  );

  test('have one page each in the runbook, which has no other pages', () => {
    const linked = descriptions.map((text) => text.match(/docs\/runbook\.md#(\w+)$/)?.[1]);
    expect(linked.sort()).toEqual(pages.sort());
  });

  test('watch only metrics that the code counts, under the name of a deployed function', () => {
    const services = functions.map(
      ([, { Properties }]) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
    );
    const source = ['lambdas', 'shared'].map(sourceOf).join();
    const ours = resources(service, 'AWS::CloudWatch::Alarm')
      .flatMap(([, { Properties }]) => [
        Properties,
        ...(Properties.Metrics ?? []).map(
          (each: { MetricStat?: { Metric: object } }) => each.MetricStat?.Metric,
        ),
      ])
      .filter((metric) => metric?.Namespace === 'OmakaseLinear');
    expect(ours.length).toBeGreaterThan(functionNames.length);
    for (const { MetricName, Dimensions } of ours) {
      expect(Dimensions).toEqual([{ Name: 'service', Value: expect.toBeOneOf(services) }]);
      expect(source).toContain(`count('${MetricName}'`);
    }
  });

  test('watch the errors of every function that no HTTP route calls', () => {
    const behindRoutes = new Set(Object.values<Route>(routes).map(({ lambda }) => lambda));
    const watched = resources(service, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties }]) =>
      Properties.Namespace === 'AWS/Lambda' && Properties.MetricName === 'Errors'
        ? [Properties.Dimensions[0].Value.Ref.replace(/[0-9A-F]{8}$/, '')]
        : [],
    );
    const invoked = functionNames.filter((name) => !behindRoutes.has(name.toLowerCase() as 'api'));
    expect(watched.sort()).toEqual(invoked.sort());
  });

  test('may publish to their topic only from this account and only over TLS', () => {
    const [[topic] = []] = resources(service, 'AWS::SNS::Topic');
    const [[, policy] = [], ...others] = resources(service, 'AWS::SNS::TopicPolicy');
    expect(others).toEqual([]);
    expect(policy?.Properties.Topics).toEqual([{ Ref: topic }]);
    const { Statement } = policy?.Properties.PolicyDocument ?? {};
    expect(Statement).toHaveLength(2);
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: topic },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  test('are sent to alarmEmail if it is set', () => {
    const subscriptions = (context: object) =>
      resources(templates({ ...devContext, ...context }).service, 'AWS::SNS::Subscription').map(
        ([, { Properties }]) => [Properties.Protocol, Properties.Endpoint],
      );
    expect(subscriptions({ alarmEmail: 'on-call@example.org' })).toEqual([['email', 'on-call@example.org']]);
    expect(subscriptions({})).toEqual([]);
  });

  test('have an action', () => {
    for (const [, { Properties }] of resources(service, 'AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmActions).toHaveLength(1);
    }
  });
});

test('the address of the API is an output', () => {
  expect(Object.keys(service.findOutputs('ApiUrl'))).toEqual(['ApiUrl']);
});
