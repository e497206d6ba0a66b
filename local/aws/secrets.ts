import { createHmac } from 'node:crypto';
import type { Deployment } from './template.ts';

export type LinearCredentials = {
  clientId: string;
  clientSecret: string;
  webhookSecret?: string | undefined;
};

type SecretProperties = {
  SecretString?: string;
  GenerateSecretString?: { SecretStringTemplate: string; GenerateStringKey: string };
};

/**
 * The values of the template's secrets, by ARN. The placeholders of a secret name the fields that an operator fills
 * in. Generated values are derived from `key` instead, so they are the same at each start.
 */
export const fillSecrets = (
  deployment: Pick<Deployment, 'resources'>,
  app: LinearCredentials,
  key: Buffer,
): Map<string, unknown> => {
  const values: Record<string, unknown> = {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    webhookSecrets: app.webhookSecret ? [app.webhookSecret] : [],
  };
  const filledIn = (logicalId: string, placeholder: string) => {
    const fields = Object.keys(JSON.parse(placeholder));
    const unknown = fields.find((field) => !(field in values));
    if (unknown) throw new Error(`The local runner has no value for ${unknown} of the secret ${logicalId}.`);
    return Object.fromEntries(fields.map((field) => [field, values[field]]));
  };
  return new Map(
    deployment
      .resources<SecretProperties>('AWS::SecretsManager::Secret')
      .map(({ arn, logicalId, properties: { SecretString = '{}', GenerateSecretString: generate } }) => [
        arn,
        generate
          ? {
              ...JSON.parse(generate.SecretStringTemplate),
              [generate.GenerateStringKey]: createHmac('sha256', key).update(arn).digest('hex'),
            }
          : filledIn(logicalId, SecretString),
      ]),
  );
};
