import { DynamoDBClient, PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

/** One PutItem through the AWS SDK, and nothing else. */
export const put = (input: PutItemCommandInput) => client.send(new PutItemCommand(input));

/** The same call in a webhook that checks nothing. */
export const handler = async (event: { body: string }) => {
  const { data } = JSON.parse(event.body) as { data: { id: string; title: string; updatedAt: string } };
  await put({
    TableName: process.env.FEATURES_TABLE,
    Item: { id: { S: data.id }, name: { S: data.title }, linearUpdatedAt: { S: data.updatedAt } },
  });
  return { statusCode: 200 };
};
