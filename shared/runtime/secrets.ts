import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { jsonOrNothing } from '../json.ts';

/** How long a rotated secret may go unnoticed. */
const CACHE_MS = 5 * 60_000;

export const LinearAppSecret = z.object({
  clientId: z.string().check(z.minLength(1)),
  clientSecret: z.string().check(z.minLength(1)),
});

/** Two while rotating: the new one is added, Linear is switched over, the old one is removed. */
export const LinearWebhookSecret = z.object({
  webhookSecrets: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
});

/** A JSON secret, read when first needed and kept for five minutes. A failed read is not kept; `fresh` reads anew. */
export const secret = <S extends z.core.$ZodType>(
  arn: string,
  schema: S,
): ((how?: { fresh: boolean }) => Promise<z.core.output<S>>) => {
  const client = new SecretsManagerClient({});
  let kept: { value: Promise<z.core.output<S>>; until: number } | undefined;

  const read = async () => {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    const parsed = z.safeParse(schema, jsonOrNothing(SecretString));
    if (parsed.success) return parsed.data;
    throw new Error(`The secret ${arn} is not filled in as docs/operating.md says.`);
  };

  return ({ fresh } = { fresh: false }) => {
    if (!fresh && kept && kept.until > Date.now()) return kept.value;
    const value = read();
    kept = { value, until: Date.now() + CACHE_MS };
    value.catch(() => {
      kept = undefined;
    });
    return value;
  };
};
