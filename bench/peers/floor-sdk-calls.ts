import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { derivedId } from '../../shared/domain/ids.ts';

/**
 * The SDK calls that a webhook has to make on its first event: it reads the secret, the workspace and the project, and
 * writes once. It checks nothing, so no webhook that makes these calls through the SDK can be faster.
 */
const dynamodb = new DynamoDBClient({});
const secrets = new SecretsManagerClient({});

export const handler = async (event: { body: string }) => {
  const { organizationId, data } = JSON.parse(event.body) as {
    organizationId: string;
    data: { id: string; title: string; updatedAt: string; projectId: string };
  };
  await secrets.send(new GetSecretValueCommand({ SecretId: process.env.LINEAR_WEBHOOK_SECRET_ARN }));
  const read = (TableName: string | undefined, id: string) =>
    dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }));
  await read(process.env.WORKSPACES_TABLE, derivedId('workspace', organizationId));
  await read(process.env.PROJECTS_TABLE, derivedId('project', data.projectId));
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: process.env.FEATURES_TABLE,
      Key: { id: { S: data.id } },
      UpdateExpression: 'SET #n = :n, #u = :u',
      ConditionExpression: 'attribute_not_exists(#u) OR #u < :u',
      ExpressionAttributeNames: { '#n': 'name', '#u': 'linearUpdatedAt' },
      ExpressionAttributeValues: { ':n': { S: data.title }, ':u': { S: data.updatedAt } },
    }),
  );
  return { statusCode: 200 };
};
