import * as z from 'zod';
import { Switches as SwitchesOf, type SwitchValues } from '../../stand-in/switches.ts';
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
  /** The most issues that `issueBatchCreate` accepts. Linear's schema says 50; more is for tests that need volume. */
  batchCreateLimit: z.int().min(1).max(10_000).default(50),
  /** What happens to an estimate that is not on the scale of the team. */
  estimateOffScale: z.enum(['refused', 'kept']).default('refused'),
  /** The longest title of an issue, in characters. */
  titleLimit: z.int().min(1).max(10_000).default(255),
  /** The longest name of a label or milestone, in characters. */
  nameLimit: z.int().min(1).max(10_000).default(80),
  /** The longest description of an issue or milestone, in characters. */
  descriptionLimit: z.int().min(1).max(10_000_000).default(100_000),
  /** How many labels a label group can have. */
  labelsInGroup: z.int().min(1).max(10_000).default(250),
  /** Whether a label must be of the same team as its group, or may also be a team's in a group of the workspace. */
  groupTeam: z.enum(['same', 'or-workspace']).default('same'),
  /** What deleting a label group that has labels does. */
  groupDeletion: z.enum(['refused', 'ungroups']).default('refused'),
  /** Whether two milestones of a project can have the same name. */
  milestoneNames: z.enum(['unique', 'any']).default('unique'),
  /**
   * Whether an issue can get a parent or a relation that is in the trash, or a project that is archived or in the trash.
   */
  trashedTargets: z.enum(['refused', 'accepted']).default('refused'),
  /**
   * Whether issues can block each other in a circle. The default is what readers have to cope with, not what is
   * strictest for writers.
   */
  blockingCircles: z.enum(['kept', 'refused']).default('kept'),
  /** Whether the id of something that was deleted can be used again. */
  deletedIds: z.enum(['taken', 'free']).default('taken'),
};

export type Values = SwitchValues<typeof switches>;

export class Switches extends SwitchesOf<typeof switches> {
  constructor(store: Store) {
    super(store, switches);
  }
}
