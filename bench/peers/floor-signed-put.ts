import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { request } from 'node:https';

/** The minimal webhook that still stores a delivery: it checks the HMAC, then signs and sends one PutItem by hand. */
export const handler = async (event: { body: string; headers: Record<string, string> }) => {
  const { LINEAR_WEBHOOK_SECRET = '' } = process.env;
  const expected = createHmac('sha256', LINEAR_WEBHOOK_SECRET).update(event.body).digest();
  if (!timingSafeEqual(expected, Buffer.from(event.headers['linear-signature'] ?? '', 'hex')))
    return { statusCode: 401 };
  const { data } = JSON.parse(event.body) as { data: { id: string; title: string; updatedAt: string } };
  return {
    statusCode: await put({
      TableName: process.env.FEATURES_TABLE,
      Item: { id: { S: data.id }, name: { S: data.title }, linearUpdatedAt: { S: data.updatedAt } },
    }),
  };
};

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const put = (input: object): Promise<number> => {
  const {
    AWS_ENDPOINT_URL_DYNAMODB = '',
    AWS_REGION = '',
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN = '',
  } = process.env;
  const body = JSON.stringify(input);
  const url = new URL(AWS_ENDPOINT_URL_DYNAMODB);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    host: url.host,
    'x-amz-date': time,
    'x-amz-security-token': AWS_SESSION_TOKEN,
    'x-amz-target': 'DynamoDB_20120810.PutItem',
  };
  const signed = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = `POST\n/\n\n${lines.join('')}\n${signed}\n${sha256(body)}`;
  const scope = `${time.slice(0, 8)}/${AWS_REGION}/dynamodb/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const signature = hmac(key as Buffer, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString(
    'hex',
  );
  const authorization = `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers: { ...headers, authorization } }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 500));
    })
      .on('error', reject)
      .end(body);
  });
};
