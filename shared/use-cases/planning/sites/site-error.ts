import { type SiteProblem, siteProblems } from '../../../domain/planning/site.ts';
import { AppError } from '../../../errors.ts';

const kinds = {
  site_missing: 'conflict',
  credential_refused: 'conflict',
  scope_missing: 'conflict',
  access_denied: 'conflict',
  site_unknown: 'conflict',
  site_paused: 'rate_limited',
  unavailable: 'upstream',
  space_not_planned: 'conflict',
} as const satisfies Record<SiteProblem, AppError['kind']>;

/** A site that cannot be used. `code`, `says` and `mend` suit a reason that is stored and shown. */
export class SiteError extends AppError {
  readonly code: SiteProblem;
  readonly says: string;
  readonly mend: string;
  /** When (ISO) it can be used again, if that is known. */
  readonly until: string | undefined;

  constructor(
    code: SiteProblem,
    { until, ...more }: { until?: string; detail?: unknown; cause?: unknown } = {},
  ) {
    const { says, mend } = siteProblems[code];
    const goesOn = until === undefined ? mend : `Requests go on at ${until}.`;
    super(kinds[code], `${says} ${goesOn}`, more);
    this.name = 'SiteError';
    this.code = code;
    this.says = says;
    this.mend = goesOn;
    this.until = until;
  }
}
