import { expect, test } from 'vitest';
import { fillSecrets } from '../../../local/aws/secrets.ts';
import { resolveTemplates } from '../../../local/aws/template.ts';

const deployment = resolveTemplates(
  {
    Data: {
      Resources: {
        App: {
          Type: 'AWS::SecretsManager::Secret',
          Properties: { SecretString: '{"clientId":"replace-me"}' },
        },
        Key: {
          Type: 'AWS::SecretsManager::Secret',
          Properties: { GenerateSecretString: { SecretStringTemplate: '{"a":1}', GenerateStringKey: 'key' } },
        },
      },
    },
  },
  { apiEndpoint: 'http://127.0.0.1:3000' },
);
const filled = (key: string) => [
  ...fillSecrets(deployment, { clientId: 'id', clientSecret: 's' }, Buffer.from(key)).values(),
];

test('a generated secret is long, the same at each start, and different in each data folder', () => {
  const [app, generated] = filled('one');
  expect(app).toEqual({ clientId: 'id' });
  expect(generated).toEqual({ a: 1, key: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(filled('one')[1]).toEqual(generated);
  expect(filled('another')[1]).not.toEqual(generated);
});
