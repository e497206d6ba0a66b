import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { onUnreadable } from '../shared/composition/database.ts';
import { type Binding, linearIssuesTable } from '../shared/data/mirror/linear-issues.ts';
import { transact } from '../shared/data/transaction.ts';
import { issueSnapshot } from './builders.ts';
import type { TestStack } from './stack.ts';

/** Binds an issue to an item, as the apply of a change set does. Its row shows `changes` (fields of a webhook's body). */
export const bindIssue = async (
  stack: Pick<TestStack, 'wire' | 'environmentOf'>,
  of: Omit<Binding, 'tenancy'> & { tenancy?: number },
  changes: { id: string; [field: string]: unknown },
): Promise<void> => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: stack.wire.endpoint, region: 'us-east-1', credentials });
  const db = { client, onUnreadable };
  const rows = linearIssuesTable(db, stack.environmentOf('Api').LINEAR_ISSUES_TABLE ?? '');
  await transact(db, [rows.bind(issueSnapshot(changes), { tenancy: 0, ...of }, Date.now())]);
  client.destroy();
};
