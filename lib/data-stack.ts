import { RemovalPolicy, SecretValue, Stack, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type TableName, type TableSpec, tables } from '../shared/data/tables.ts';
import type { Stage } from './stage.ts';

/** What must survive: the tables, the key that decrypts the tokens, and the secrets. */
export class DataStack extends Stack {
  readonly tables: Record<TableName, TableV2>;
  readonly tokenKey: Key;
  readonly secrets: { linearApp: Secret; linearWebhook: Secret; commentKey: Secret };

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id, { description: 'Omakase for Linear: tables, token key and secrets' });
    const keep = stage.stage === 'prod';
    const removalPolicy = keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    const table = (name: TableName, spec: TableSpec) =>
      new TableV2(this, name, {
        partitionKey: key(spec.pk),
        ...(spec.sk && { sortKey: key(spec.sk) }),
        ...(spec.ttl && { timeToLiveAttribute: spec.ttl }),
        globalSecondaryIndexes: indexes(spec),
        billing: Billing.onDemand(),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: keep,
        removalPolicy,
      });
    this.tables = Object.fromEntries(
      Object.entries(tables).map(([name, spec]) => [name, table(name as TableName, spec)]),
    ) as Record<TableName, TableV2>;

    this.tokenKey = new Key(this, 'TokenKey', {
      description: 'Encrypts the OAuth tokens of connected Linear workspaces',
      enableKeyRotation: true,
      removalPolicy,
    });

    const secret = (secretId: string, description: string, placeholder: object) => {
      const created = new Secret(this, secretId, {
        description,
        // CloudFormation rewrites the content only if this text changes, so the operator's values stay.
        secretStringValue: SecretValue.unsafePlainText(JSON.stringify(placeholder)),
        removalPolicy,
      });
      Validations.of(created).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason:
          'Linear issues these values and has no API to rotate them; docs/runbook.md explains how to do it by hand.',
      });
      return created;
    };
    const commentKey = new Secret(this, 'CommentKey', {
      description: 'Keys the ids of the comments that are posted to Linear',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'key',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy,
    });
    Validations.of(commentKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It protects each id only until its comment is posted. It may be replaced by hand at any time.',
    });
    this.secrets = {
      commentKey,
      linearApp: secret('LinearApp', 'Client id and secret of the Linear OAuth application', {
        clientId: 'replace-me',
        clientSecret: 'replace-me',
      }),
      // Empty, so that no delivery is accepted before the operator sets a secret. Anyone could sign with a known one.
      linearWebhook: secret('LinearWebhook', 'Signing secrets of the Linear webhook, two while rotating', {
        webhookSecrets: [],
      }),
    };
  }
}

const key = (name: string) => ({ name, type: AttributeType.STRING });

const indexes = ({ indexes = {} }: TableSpec): GlobalSecondaryIndexPropsV2[] =>
  Object.entries(indexes).map(([indexName, { pk, sk, include }]) => ({
    indexName,
    partitionKey: key(pk),
    ...(sk && { sortKey: key(sk) }),
    ...(include
      ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...include] }
      : { projectionType: ProjectionType.KEYS_ONLY }),
  }));
