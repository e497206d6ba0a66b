import type { Deployment } from './template.ts';

export type LinearCredentials = {
  clientId: string;
  clientSecret: string;
  webhookSecret?: string | undefined;
};

/** Fills in the template's secrets, whose placeholders name the fields an operator would fill in. By ARN. */
export const fillSecrets = (deployment: Deployment, app: LinearCredentials): Map<string, unknown> => {
  const values: Record<string, unknown> = {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    webhookSecrets: app.webhookSecret ? [app.webhookSecret] : [],
  };
  return new Map(
    deployment
      .resources<{ SecretString: string }>('AWS::SecretsManager::Secret')
      .map(({ arn, logicalId, properties }) => {
        const fields = Object.keys(JSON.parse(properties.SecretString));
        const unknown = fields.find((field) => !(field in values));
        if (unknown)
          throw new Error(`The local runner has no value for ${unknown} of the secret ${logicalId}.`);
        return [arn, Object.fromEntries(fields.map((field) => [field, values[field]]))];
      }),
  );
};
