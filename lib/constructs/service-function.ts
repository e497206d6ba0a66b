import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export type ServiceFunctionProps = {
  description: string;
  /** The folder of the bundle (lib/bundle.ts). */
  bundle: string;
  handler?: 'index.handler' | 'index.tick' | 'index.work';
  environment: Record<string, string>;
  memoryMiB?: number;
  timeout: Duration;
  logRetention: RetentionDays;
  /** For functions that are invoked asynchronously. Lambda does not retry: the rows stay due, so the schedule does. */
  maxEventAge?: Duration;
  reservedConcurrency?: number | undefined;
};

/** A function of this service. */
export class ServiceFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle),
      handler: props.handler ?? 'index.handler',
      environment: { ...props.environment, POWERTOOLS_SERVICE_NAME: serviceName(scope, id) },
      memorySize: props.memoryMiB ?? 512,
      timeout: props.timeout,
      role,
      logGroup,
      retryAttempts: 0,
      ...(props.maxEventAge && { maxEventAge: props.maxEventAge }),
      ...(props.reservedConcurrency && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
  }
}

/** The `service` in a function's log lines and metrics. It keeps two stages in one account apart. */
export const serviceName = (scope: Construct, id: string) => `${Stack.of(scope).stackName}-${id}`;
