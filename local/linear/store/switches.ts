import * as z from 'zod';
import type { Store } from './store.ts';

/**
 * Linear's behaviour that no source settles: each switch selects one of the possible behaviours. The default is what
 * Linear documents or, where it documents nothing, what was observed.
 */
const switches = {
  /** Whether a retry keeps the `webhookTimestamp` of the first attempt or has its own. */
  retryTimestamp: z.enum(['original', 'restamped']).default('original'),
  /** Whether a retry keeps the `Linear-Delivery` id or has a new one. */
  retryDeliveryId: z.enum(['same', 'new']).default('same'),
  /** The HTTP status of a `RATELIMITED` answer. */
  rateLimitStatus: z.union([z.literal(400), z.literal(200)]).default(400),
  /** Whether a rate-limited answer has `retry-after`, which the SDK reads but which was never observed. */
  retryAfterHeader: z.enum(['absent', 'present']).default('absent'),
  /** The HTTP status of an `AUTHENTICATION_ERROR`. */
  authenticationStatus: z.union([z.literal(401), z.literal(400), z.literal(200)]).default(401),
  /** Whether a query costs what the documented rule says, or far less, as others measured. */
  complexity: z.enum(['documented', 'measured']).default('documented'),
  /** What a refresh does to the previous access token. */
  previousAccessToken: z.enum(['kept', 'revoked']).default('kept'),
  /** The separators between scopes that the authorize page accepts; it refuses others as "Invalid redirect_uri". */
  scopeSeparator: z.enum(['both', 'comma', 'space']).default('both'),
  /** Whether `scope` in a token response is a string, or a list as for apps created before 2023-12-01. */
  scopeResponse: z.enum(['string', 'array']).default('string'),
  /** Whether only an admin can install an app with `actor=app`. */
  adminApproval: z.enum(['required', 'not-required']).default('required'),
  /** Who sits at the consent page. */
  consentBy: z.enum(['admin', 'member']).default('admin'),
  /** What an installed app gets that asks again without `prompt=consent`: an error at its callback, or a page. */
  reauthorize: z.enum(['access_denied', 'page']).default('access_denied'),
  /** What revoking an access token ends: its whole grant, or only the token. */
  accessTokenRevoke: z.enum(['grant', 'token']).default('grant'),
  /** Whether an app that revokes its own last grant stays installed. */
  lastGrantRevoked: z.enum(['uninstalls', 'stays-installed']).default('uninstalls'),
  /** Whether `OAuthApp revoked` is also sent when an app revokes its last grant itself. */
  revokedEvent: z.enum(['by-human', 'always']).default('by-human'),
  /** Whether archiving, trashing and restoring move `updatedAt`. */
  archiveMovesUpdatedAt: z.boolean().default(true),
  /** Whether comments and attachments move the `updatedAt` of their issue, and relations that of both. */
  commentMovesUpdatedAt: z.boolean().default(false),
  /** The webhook action for archiving (for trashing it is always `remove`). */
  archiveEvent: z.enum(['update', 'remove', 'none']).default('update'),
  /** The webhook action for restoring. */
  restoreEvent: z.enum(['update', 'create', 'none']).default('update'),
  /** The `actor` of a webhook about an app's own change. */
  appActor: z.enum(['user', 'oauthClient', 'null']).default('user'),
  /** Whether an app gets webhooks about private teams that it was added to. */
  privateTeamWebhooks: z.enum(['sent', 'withheld']).default('sent'),
  /** The number of consecutive lost events after which a webhook is disabled; 0 means never. */
  disableWebhookAfter: z.int().min(0).max(10_000).default(100),
  /**
   * What a caller gets of a relation whose other issue is in a team that it cannot see: nothing, or the relation, whose
   * field for that issue fails.
   */
  hiddenRelations: z.enum(['omitted', 'refused']).default('omitted'),
  /** Which client-supplied ids are accepted. */
  clientId: z.enum(['uuid-v4', 'any-uuid']).default('uuid-v4'),
  /** The most issues that `issueBatchCreate` accepts; Linear documents no limit. */
  batchCreateLimit: z.int().min(1).max(10_000).default(50),
};

const Values = z.strictObject(switches);
/** The body of `POST /_local/switches`: the switches to change. */
export const SwitchChanges = z
  .strictObject(
    Object.fromEntries(
      Object.entries(switches).map(([name, schema]) => [name, z.optional(schema.unwrap())]),
    ) as { [N in keyof typeof switches]: z.ZodOptional<ReturnType<(typeof switches)[N]['unwrap']>> },
  )
  .refine((changes) => Object.keys(changes).length > 0, `name one of ${Object.keys(switches).join(', ')}`);
export type Values = z.infer<typeof Values>;

/** The current switches. They survive a restart; a reset restores the defaults. */
export class Switches {
  readonly #store: Store;
  #read: { stored: unknown; values: Values } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get values(): Values {
    const stored = this.#store.get('Setting', 'switches')?.value;
    if (!this.#read || this.#read.stored !== stored) {
      // An older version may have stored values that this one does not know. Then the defaults apply.
      this.#read = { stored, values: Values.safeParse(stored ?? {}).data ?? Values.parse({}) };
    }
    return this.#read.values;
  }

  change(changes: z.infer<typeof SwitchChanges>): void {
    this.#store.set('Setting', { id: 'switches', value: { ...this.values, ...changes } });
  }

  /** Every switch with its value, default and choices, for `GET /_local/switches`. */
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
