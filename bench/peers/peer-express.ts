import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { LinearWebhookClient, type LinearWebhookPayload } from '@linear/sdk/webhooks';
import express from 'express';

/**
 * The usual way to write this webhook: Express, Linear's own webhook client, and an idempotency table, in which a
 * delivery is claimed, processed and marked as done. Sends its port to its parent.
 */
const { LINEAR_WEBHOOK_SECRET = '', PROJECTS_TABLE, FEATURES_TABLE, DELIVERIES_TABLE } = process.env;
const DAY_SECONDS = 86_400;

const webhooks = new LinearWebhookClient(LINEAR_WEBHOOK_SECRET);
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

/** Claims a delivery. Returns false if it has been claimed already. */
const claim = async (id: string): Promise<boolean> => {
  try {
    await db.send(
      new PutCommand({
        TableName: DELIVERIES_TABLE,
        Item: { id, status: 'in_progress', expiresAt: Math.floor(Date.now() / 1000) + DAY_SECONDS },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

const complete = (id: string) =>
  db.send(
    new UpdateCommand({
      TableName: DELIVERIES_TABLE,
      Key: { id },
      UpdateExpression: 'SET #status = :done',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':done': 'completed' },
    }),
  );

const apply = async (payload: LinearWebhookPayload): Promise<void> => {
  if (payload.type !== 'Issue' || !('data' in payload)) return;
  const issue = payload.data as unknown as {
    id: string;
    identifier: string;
    title: string;
    description?: string;
    priority: number;
    url: string;
    projectId?: string;
    state: object;
    labels: { name: string }[];
    updatedAt: string;
  };
  if (!issue.projectId || !issue.labels.some(({ name }) => name === 'omakase')) return;
  const { Item: project } = await db.send(
    new GetCommand({ TableName: PROJECTS_TABLE, Key: { id: issue.projectId } }),
  );
  if (!project) return;
  await db.send(
    new PutCommand({
      TableName: FEATURES_TABLE,
      Item: {
        id: issue.id,
        projectId: project.id,
        listKey: `${issue.priority}#${issue.updatedAt}`,
        name: issue.title,
        description: issue.description,
        priority: issue.priority,
        category: issue.labels.map(({ name }) => name).join(', '),
        linearIssueId: issue.id,
        linearIssueUrl: issue.url,
        identifier: issue.identifier,
        state: issue.state,
        status: 'pending',
        updatedAt: issue.updatedAt,
      },
    }),
  );
};

const app = express();

app.post(
  '/webhooks/linear',
  express.raw({ type: 'application/json', limit: '5mb' }),
  async (request, response) => {
    let payload: LinearWebhookPayload;
    try {
      payload = webhooks.parseData(request.body, request.get('linear-signature') ?? '');
    } catch {
      response.sendStatus(401);
      return;
    }
    const id = request.get('linear-delivery') ?? '';
    if (await claim(id)) {
      await apply(payload);
      await complete(id);
    }
    console.log(JSON.stringify({ message: 'webhook', id, type: payload.type, action: payload.action }));
    response.sendStatus(200);
  },
);

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.send?.({ port: address.port });
});
