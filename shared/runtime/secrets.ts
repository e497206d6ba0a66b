import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { jsonOrNothing } from '../json.ts';

/** How long a rotated secret may go unnoticed. */
const CACHE_MS = 5 * 60_000;

/** Requests for a fresh secret cause at most one read in this time. */
const FRESH_EVERY_MS = 30_000;

/** The key that comment ids are derived with. The deployment generates it. */
export const CommentKey = z.object({ key: z.string().check(z.minLength(32)) });

/**
 * A JSON secret, read when first needed and cached for five minutes. A failed read is not cached. `fresh` reads it
 * again, at most once in 30 seconds; if that fails, the cached value stays.
 */
export const secret = <S extends z.core.$ZodType>(
  arn: string,
  schema: S,
  now: () => number = Date.now,
): ((how?: { fresh: boolean }) => Promise<z.core.output<S>>) => {
  type Value = z.core.output<S>;
  const client = new SecretsManagerClient({});
  let kept: { value: Promise<Value>; until: number } | undefined;
  let freshAgainAt = 0;

  const read = async (): Promise<Value> => {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    const parsed = z.safeParse(schema, jsonOrNothing(SecretString));
    if (parsed.success) return parsed.data;
    const [fault] = parsed.error.issues;
    const where = fault?.path.join('.') || 'its value';
    throw new Error(
      `The secret ${arn} does not have the form that docs/operating.md shows: ${where}: ${fault?.message}`,
    );
  };

  const keep = (value: Promise<Value>, onFailure: typeof kept): Promise<Value> => {
    const mine = { value, until: now() + CACHE_MS };
    kept = mine;
    value.catch(() => {
      if (kept === mine) kept = onFailure;
    });
    return value;
  };

  return ({ fresh } = { fresh: false }) => {
    const held = kept && kept.until > now() ? kept : undefined;
    if (held && !(fresh && now() >= freshAgainAt)) return held.value;
    if (fresh) freshAgainAt = now() + FRESH_EVERY_MS;
    return keep(read(), held);
  };
};
