import { hasFailed } from '../../../confluence/errors.ts';
import { AppError, type FieldError } from '../../../errors.ts';

/** What a refusal during the check of a new site means to the one who connects it. */
const meanings = {
  unauthorized: {
    field: 'auth',
    message:
      'Atlassian does not accept this credential for this site. It may be mistyped, expired or of another site. Or it is of another kind than `auth.type`: a token with scopes is `scoped_token`, one without is `classic_token`.',
  },
  scope: {
    field: 'auth',
    message:
      'The credential lacks a scope that is needed: read:space:confluence or read:page:confluence. The scopes of a credential never change, so make a new one; docs/operating.md lists the scopes.',
  },
  forbidden: {
    field: 'auth',
    message:
      'The account of this credential has no access to Confluence on this site. An admin of Confluence gives it.',
  },
  no_site: {
    field: 'cloudId',
    message: 'Atlassian knows no Confluence site by this cloud id, or the credential is of another site.',
  },
  not_found: {
    field: 'siteUrl',
    message: 'There is no Confluence at this address.',
  },
} as const satisfies Record<string, FieldError>;

/**
 * The error to answer when the check of a new site failed: what the caller has to change, or that Confluence did not
 * answer. Anything unexpected stays as it is.
 */
export const checkFailure = (error: unknown, refused: (field: FieldError) => AppError): unknown => {
  if (hasFailed(error, 'unauthorized', 'scope', 'forbidden', 'no_site', 'not_found'))
    return refused(meanings[error.failure.is]);
  if (hasFailed(error, 'refused'))
    return refused({ field: 'siteUrl', message: `Confluence refuses the check: ${error.failure.message}` });
  const more = { cause: error, detail: error instanceof AppError ? error.detail : undefined };
  if (hasFailed(error, 'rate_limited')) {
    const at = new Date(error.failure.until).toISOString();
    return new AppError(
      'rate_limited',
      `The site is not connected, because Confluence wants no requests before ${at}. Send the request again then.`,
      more,
    );
  }
  if (hasFailed(error, 'unavailable', 'out_of_time', 'unreadable', 'too_large', 'conflict'))
    return new AppError(
      'upstream',
      'The site is not connected, because Confluence did not answer as expected. Send the request again in a minute.',
      more,
    );
  return error;
};
