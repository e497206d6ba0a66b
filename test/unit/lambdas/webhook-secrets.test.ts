import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { webhook } from '../../../lambdas/webhook/handler.ts';
import { startFakes } from '../../../local/aws/aws-fakes.ts';
import { createEventBuses } from '../../../local/aws/event-buses.ts';
import { createKms } from '../../../local/aws/kms.ts';
import { LinearAppSecret, LinearWebhookSecret } from '../../../shared/linear/secrets.ts';
import { isSigned } from '../../../shared/linear/webhook/delivery.ts';
import type { HttpEvent } from '../../../shared/runtime/http.ts';
import { logger } from '../../../shared/runtime/logger.ts';
import { secret } from '../../../shared/runtime/secrets.ts';
import { signed } from '../../../testing/builders.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:webhook';
const BODY = { type: 'Comment', action: 'create' };

let stored: Map<string, unknown>;
let reads: number;
let now: number;
let fakes: Awaited<ReturnType<typeof startFakes>>;
let post: (signedWith: string) => Promise<number | undefined>;

beforeEach(async () => {
  [reads, now] = [0, 1_000_000];
  stored = new Map();
  const counted = {
    get: (arn: string) => {
      reads++;
      return stored.get(arn);
    },
  };
  fakes = await startFakes({
    kms: createKms([], randomBytes(32)),
    secrets: counted as never,
    events: createEventBuses([], 'none'),
    functions: () => undefined,
  });
  for (const [name, value] of Object.entries({
    ...fakes.endpoints,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }))
    vi.stubEnv(name, value);
  const secrets = secret(ARN, LinearWebhookSecret, () => now);
  const handle = webhook({ secrets, receive: async () => 'ignored', count: () => {}, now: () => now });
  post = async (signedWith) => {
    const { bytes, signature } = signed(BODY, signedWith);
    const event = { body: bytes.toString(), headers: { 'linear-signature': signature } };
    return handle(event as unknown as HttpEvent).then(
      ({ statusCode }) => statusCode,
      ({ status = 500 }: { status?: number }) => status,
    );
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await fakes.stop();
});

const hold = (...webhookSecrets: string[]) => stored.set(ARN, { webhookSecrets });

describe('the webhook secret', () => {
  test('is read again, after a rotation, by the first delivery that is signed with the new one', async () => {
    hold('old');
    expect(await post('old')).toBe(200);
    hold('new');
    expect(await post('new')).toBe(200);
    expect(await post('old')).toBe(401);
    expect(reads).toBe(2);
  });

  test('is read at most once in 30 seconds, however many bad signatures arrive', async () => {
    hold('secret');
    const answers = await Promise.all(Array.from({ length: 200 }, () => post('wrong')));
    expect(new Set(answers)).toEqual(new Set([401]));
    expect(reads).toBe(2);
    now += 29_000;
    await post('wrong');
    expect(reads).toBe(2);
    now += 2_000;
    await post('wrong');
    expect(reads).toBe(3);
  });

  test('stays in use when it cannot be read again', async () => {
    hold('secret');
    expect(await post('secret')).toBe(200);
    stored.clear();
    expect(await post('wrong')).toBe(401);
    expect(await post('secret')).toBe(200);
  });

  test('is accepted for five minutes after its removal, as long as every delivery matches it', async () => {
    hold('old');
    expect(await post('old')).toBe(200);
    hold('new');
    now += 5 * 60_000 - 1;
    expect(await post('old')).toBe(200);
    expect(reads).toBe(1);
    now += 1;
    expect(await post('old')).toBe(401);
  });

  test.each([[[]], [['']], [['  ', '\n']]])(
    'verifies no delivery and is logged as an error when it is %j',
    async (held) => {
      const logged = vi.spyOn(logger, 'error').mockReturnValue();
      hold(...held);
      for (const blank of ['', '  ', '\n']) expect(await post(blank)).toBe(401);
      expect(logged).toHaveBeenCalledTimes(3);
      logged.mockRestore();
    },
  );

  test('is left out when it is blank', async () => {
    hold('', '  ', 'secret', '\n');
    expect(await secret(ARN, LinearWebhookSecret)()).toEqual({ webhookSecrets: ['secret'] });
  });

  test.each(['', '  ', '\n'])('does not verify a signature made with %j', (blank) => {
    const { bytes, signature } = signed(BODY, blank);
    expect(isSigned(bytes, signature, [blank])).toBe(false);
  });

  test('still verifies deliveries beside a blank one', async () => {
    hold('  ', 'secret');
    expect(await post('secret')).toBe(200);
    expect(await post('  ')).toBe(401);
  });
});

test('a blank client secret is refused with the name of its field', async () => {
  stored.set(ARN, { clientId: 'id', clientSecret: ' \n' });
  await expect(secret(ARN, LinearAppSecret)()).rejects.toThrow(/clientSecret: It is blank/);
});
