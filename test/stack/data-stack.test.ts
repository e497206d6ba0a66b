import { describe, expect, test } from 'vitest';
import { type TableSpec, tables } from '../../shared/data/tables.ts';
import { devContext, prodContext, resources, templates } from './stacks.ts';

const dev = templates(devContext).data;
const prod = templates(prodContext).data;
const tableResources = resources(dev, 'AWS::DynamoDB::GlobalTable');

describe('tables', () => {
  test('are those of tables.ts and no other', () => {
    expect(tableResources).toHaveLength(Object.keys(tables).length);
  });

  test.each(Object.entries<TableSpec>(tables))('%s has its keys, indexes and end of life', (name, spec) => {
    const [, found] =
      tableResources.find(([id]) => id.replace(/[0-9A-F]{8}$/, '') === name.replaceAll('_', '')) ?? [];
    const keys = ({ pk, sk }: { pk: string; sk?: string }) => [
      { AttributeName: pk, KeyType: 'HASH' },
      ...(sk ? [{ AttributeName: sk, KeyType: 'RANGE' }] : []),
    ];
    expect(found?.Properties).toMatchObject({
      KeySchema: keys(spec),
      BillingMode: 'PAY_PER_REQUEST',
    });
    expect(found?.Properties.GlobalSecondaryIndexes ?? []).toEqual(
      Object.entries(spec.indexes ?? {}).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keys(index),
        Projection: index.include
          ? { ProjectionType: 'INCLUDE', NonKeyAttributes: index.include }
          : { ProjectionType: 'KEYS_ONLY' },
      })),
    );
    expect(found?.Properties.TimeToLiveSpecification).toEqual(
      spec.ttl && { AttributeName: spec.ttl, Enabled: true },
    );
  });

  test('can be restored to any second, in dev and prod', () => {
    for (const template of [dev, prod]) {
      for (const [, { Properties }] of resources(template, 'AWS::DynamoDB::GlobalTable')) {
        expect(Properties.Replicas).toMatchObject([
          { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
        ]);
      }
    }
  });
});

describe('what outlives a deleted stack', () => {
  const kept = ['AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret'];

  test.each(kept)('%s stays in prod and goes in dev', (type) => {
    expect(resources(prod, type).map(([, { DeletionPolicy }]) => DeletionPolicy)).not.toContain('Delete');
    expect(resources(dev, type).map(([, { DeletionPolicy }]) => DeletionPolicy)).not.toContain('Retain');
  });

  test('prod tables refuse to be deleted', () => {
    for (const [, { Properties }] of resources(prod, 'AWS::DynamoDB::GlobalTable')) {
      expect(Properties.Replicas).toMatchObject([{ DeletionProtectionEnabled: true }]);
    }
  });
});

test('the token key rotates', () => {
  dev.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
});

test('no template holds a secret: only placeholders, with which no delivery verifies', () => {
  const contents = resources(dev, 'AWS::SecretsManager::Secret').map(([, { Properties }]) =>
    JSON.parse(Properties.SecretString),
  );
  expect(contents).toEqual([{ clientId: 'replace-me', clientSecret: 'replace-me' }, { webhookSecrets: [] }]);
});
