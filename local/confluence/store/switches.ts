import * as z from 'zod';
import { Switches as SwitchesOf } from '../../stand-in/switches.ts';
import type { Store } from './store.ts';

/** What no source settles about Confluence: each switch selects one of the possible behaviours. */
const switches = {
  /** Whether `status` in the errors of v2 is a number or a string. Both were recorded. */
  errorStatusType: z.enum(['number', 'string']).default('number'),
  /** Whether ticking a task makes a version of its page. */
  taskMakesVersion: z.boolean().default(false),
  /** Whether moving a page within its space makes a version. */
  moveMakesVersion: z.boolean().default(true),
  /** What a PUT that changes nothing does. */
  unchangedPut: z.enum(['same-version', 'new-version']).default('same-version'),
  /** The HTTP status of an update to a title that another page has. */
  updateTitleTaken: z.union([z.literal(400), z.literal(409)]).default(400),
  /** The HTTP status of a PUT to a page that may be seen and not edited. */
  putForbidden: z.union([z.literal(404), z.literal(403)]).default(404),
  /** Whether `local-id` attributes that an API client sends are kept. */
  unknownLocalIds: z.enum(['kept', 'stripped']).default('kept'),
  /** Whether a write adds ids to macros without one, adds none, or gives every macro a new one. */
  macroIds: z.enum(['added', 'kept-as-sent', 'renewed']).default('added'),
  /** Whether straight apostrophes become typographic ones. */
  quotes: z.enum(['kept', 'curled']).default('kept'),
  /** Whether named entities become characters. */
  entities: z.enum(['kept', 'decoded']).default('kept'),
  /** Whether links to pages and attachments get `ri:version-at-save`. */
  versionAtSave: z.enum(['absent', 'added']).default('absent'),
  /** Whether `title=` of a list finds the whole title or a part of it. */
  titleFilter: z.enum(['exact', 'substring']).default('exact'),
  /** What a PUT to a live document does. */
  livePut: z.union([z.literal('as-page'), z.literal(409), z.literal(400)]).default('as-page'),
  /** Whether the site tells its cloud id to anybody. */
  tenantInfo: z.union([z.literal('served'), z.literal(404)]).default('served'),
  /** What a token of the client credentials grant gets from `accessible-resources`. */
  accessibleResourcesFor2LO: z.enum(['empty', 'served']).default('empty'),
  /** Whether a token answer has `token_type` and `scope`. */
  tokenResponse: z.enum(['full', 'minimal']).default('full'),
  /** How the reset of a rate limit is written in its headers. */
  rateHeaders: z.enum(['iso', 'epoch', 'absent']).default('iso'),
  /** Whether a token of the client credentials grant may ask who it is. */
  currentUserFor2LO: z.union([z.literal('served'), z.literal(401)]).default('served'),
  /** Whether a token of the client credentials grant may search. */
  searchFor2LO: z.union([z.literal('served'), z.literal(401)]).default('served'),
  /** What the removed content API of v1 answers. `served` reads pages only. */
  legacyContentApi: z.enum(['gone', 'served']).default('gone'),
  /** What happens to a version message of more than 255 characters. */
  messageLimit: z.union([z.literal(400), z.literal('truncate')]).default(400),
  /** How long a change stays unknown to the search, to the tasks, and to lists. */
  indexLagMs: z.int().min(0).max(3_600_000).default(2000),
  taskLagMs: z.int().min(0).max(3_600_000).default(500),
  listLagMs: z.int().min(0).max(3_600_000).default(0),
};

export class Switches extends SwitchesOf<typeof switches> {
  constructor(store: Store) {
    super(store, switches);
  }
}
