import * as z from 'zod/mini';

const filled = z.string().check(z.refine((value) => value.trim() !== '', 'It is blank.'));

/** The OAuth credentials of the Linear application. */
export const LinearAppSecret = z.object({ clientId: filled, clientSecret: filled });

/**
 * There are two during a rotation: the new one is added, Linear is switched over, the old one is removed. Blank ones
 * are ignored, because anybody could sign with them.
 */
export const LinearWebhookSecret = z.object({
  webhookSecrets: z.pipe(
    z.array(z.string()),
    z.transform((secrets: string[]) => secrets.filter((secret) => secret.trim() !== '')),
  ),
});
