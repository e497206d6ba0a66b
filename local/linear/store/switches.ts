import * as z from 'zod';
import type { Store } from './store.ts';

/**
 * Where no source settles what Linear does (facts §8, and every [OPEN] or [LIVE] that another contradicts), both
 * answers can be had. The default is what Linear documents; failing that, what was seen.
 */
const switches = {
  /** The `webhookTimestamp` of a retry: as first signed, or of the retry. */
  retryTimestamp: z.enum(['original', 'restamped']).default('original'),
  /** The `Linear-Delivery` of a retry: as at first, or a new one. */
  retryDeliveryId: z.enum(['same', 'new']).default('same'),
  /** The HTTP status of a `RATELIMITED` answer. */
  rateLimitStatus: z.union([z.literal(400), z.literal(200)]).default(400),
  /** Whether a rate-limited answer has the header that the SDK reads and nobody saw. */
  retryAfterHeader: z.enum(['absent', 'present']).default('absent'),
  /** The HTTP status of an `AUTHENTICATION_ERROR`. */
  authenticationStatus: z.union([z.literal(401), z.literal(400), z.literal(200)]).default(401),
  /** What a query costs: by the rule in the documentation, or as others measured (far less). */
  complexity: z.enum(['documented', 'measured']).default('documented'),
  /** What a refresh does to the access token before. */
  previousAccessToken: z.enum(['kept', 'revoked']).default('kept'),
  /** The separators between scopes that the authorize page takes; others are "Invalid redirect_uri". */
  scopeSeparator: z.enum(['both', 'comma', 'space']).default('both'),
  /** The `scope` of a token response: a string, or a list as for apps made before 2023-12-01. */
  scopeResponse: z.enum(['string', 'array']).default('string'),
  /** Whether an app acting as itself can be installed by others than admins. */
  adminApproval: z.enum(['required', 'not-required']).default('required'),
  /** Who sits at the consent page. */
  consentBy: z.enum(['admin', 'member']).default('admin'),
  /** An installed app that asks again without `prompt=consent`: an error at its callback, or a page. */
  reauthorize: z.enum(['access_denied', 'page']).default('access_denied'),
  /** What revoking an access token ends: the grant it came of, or itself alone. */
  accessTokenRevoke: z.enum(['grant', 'token']).default('grant'),
  /** Whether an app that revokes its own last grant stays installed. */
  lastGrantRevoked: z.enum(['uninstalls', 'stays-installed']).default('uninstalls'),
  /** Whether `OAuthApp revoked` also follows an app's own revoking of its last grant. */
  revokedEvent: z.enum(['by-human', 'always']).default('by-human'),
  /** Whether archiving, trashing and restoring move `updatedAt`. */
  archiveMovesUpdatedAt: z.boolean().default(true),
  /** Whether comments, attachments and relations move the `updatedAt` of their issue. */
  commentMovesUpdatedAt: z.boolean().default(false),
  /** How a webhook tells of archiving (trashing is always `remove`). */
  archiveEvent: z.enum(['update', 'remove', 'none']).default('update'),
  /** How a webhook tells of restoring. */
  restoreEvent: z.enum(['update', 'create', 'none']).default('update'),
  /** Which `actor` an app's own change has in a webhook. */
  appActor: z.enum(['user', 'oauthClient', 'null']).default('user'),
  /** Whether an app is told of private teams it was added to. */
  privateTeamWebhooks: z.enum(['sent', 'withheld']).default('sent'),
  /** After how many events lost in a row a webhook is disabled; 0 is never. */
  disableWebhookAfter: z.int().min(0).max(10_000).default(100),
  /** Which client-supplied ids are taken. */
  clientId: z.enum(['uuid-v4', 'any-uuid']).default('uuid-v4'),
  /** How many issues `issueBatchCreate` takes; undocumented. */
  batchCreateLimit: z.int().min(1).max(10_000).default(50),
};

const Values = z.strictObject(switches);
/** The body of `POST /_local/switches`: those to change. */
export const SwitchChanges = z
  .strictObject(
    Object.fromEntries(
      Object.entries(switches).map(([name, schema]) => [name, z.optional(schema.unwrap())]),
    ) as { [N in keyof typeof switches]: z.ZodOptional<ReturnType<(typeof switches)[N]['unwrap']>> },
  )
  .refine((changes) => Object.keys(changes).length > 0, `name one of ${Object.keys(switches).join(', ')}`);
type Values = z.infer<typeof Values>;

/** The switches as they stand. They survive a restart; a reset brings the defaults back. */
export class Switches {
  readonly #store: Store;
  #read: { stored: unknown; values: Values } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get values(): Values {
    const stored = this.#store.get('Setting', 'switches')?.value;
    if (!this.#read || this.#read.stored !== stored) {
      // What an older version stored and this one does not know is no reason not to start.
      this.#read = { stored, values: Values.safeParse(stored ?? {}).data ?? Values.parse({}) };
    }
    return this.#read.values;
  }

  change(changes: z.infer<typeof SwitchChanges>): void {
    this.#store.set('Setting', { id: 'switches', value: { ...this.values, ...changes } });
  }

  /** Every switch with what it can be, for `GET /_local/switches`. */
  describe(): Record<string, { value: unknown; default: unknown; values: unknown }> {
    const values: Record<string, unknown> = this.values;
    const defaults: Record<string, unknown> = Values.parse({});
    return Object.fromEntries(
      Object.entries(switches).map(([name, schema]) => [
        name,
        { value: values[name], default: defaults[name], values: choicesOf(schema.unwrap()) },
      ]),
    );
  }
}

const choicesOf = (schema: z.ZodType): unknown => {
  const { enum: names, anyOf, type, minimum, maximum } = z.toJSONSchema(schema);
  if (names) return names;
  if (anyOf) return anyOf.map((one) => (one as { const?: unknown }).const);
  return type === 'boolean' ? [true, false] : { type, minimum, maximum };
};
