import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  type HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type HttpLambda, type Route, routes } from '../../lambdas/routes.ts';

export type HttpSurfaceProps = {
  jwtIssuer: string;
  jwtAudience: string;
  throttle: { rateLimit: number; burstLimit: number };
  logRetention: RetentionDays;
};

/** The HTTP API of lambdas/routes.ts. `route` adds the functions later, because one of them needs the endpoint. */
export class HttpSurface extends Construct {
  readonly api: HttpApi;
  private readonly authorizer: HttpJwtAuthorizer;

  constructor(scope: Construct, id: string, props: HttpSurfaceProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'HttpApi', { createDefaultStage: false });
    this.authorizer = new HttpJwtAuthorizer('Jwt', props.jwtIssuer, { jwtAudience: [props.jwtAudience] });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: { destination: new LogGroupLogDestination(accessLogs), format: accessLogFormat },
    });
  }

  route(functions: Record<HttpLambda, IFunction>) {
    const integrations = Object.fromEntries(
      Object.entries(functions).map(([name, handler]) => [name, new HttpLambdaIntegration(name, handler)]),
    ) as Record<HttpLambda, HttpLambdaIntegration>;

    for (const [key, { lambda, scope }] of Object.entries<Route>(routes)) {
      const isPublic = scope === 'public';
      const route = new HttpRoute(this, key.replaceAll('/', ':'), {
        httpApi: this.api,
        routeKey: routeKey(key),
        integration: integrations[lambda],
        ...(!isPublic && { authorizer: this.authorizer, authorizationScopes: [scope] }),
      });
      if (isPublic) {
        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason:
            'People open it without a token, or its handler authenticates the caller (signature, state and cookie).',
        });
      }
    }
  }
}

const routeKey = (key: string) => {
  if (key === '$default') return HttpRouteKey.DEFAULT;
  const [method, path] = key.split(' ') as [HttpMethod, string];
  return HttpRouteKey.with(path, method);
};

/**
 * Contains nothing that a caller wrote: path and query carry connect links, codes and states, and a header may hold any
 * text. The route key says what was called, and the subject comes from a verified token.
 */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    route: '$context.routeKey',
    status: '$context.status',
    protocol: '$context.protocol',
    ip: '$context.identity.sourceIp',
    subject: '$context.authorizer.claims.sub',
    bytes: '$context.responseLength',
    milliseconds: '$context.responseLatency',
    error: '$context.error.message',
    authorizerError: '$context.authorizer.error',
    integrationError: '$context.integrationErrorMessage',
  }),
);
