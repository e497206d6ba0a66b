/** How a site is called: as a service account, or with an API token of either kind. */
export const credentialTypes = ['client_credentials', 'scoped_token', 'classic_token'] as const;

/** Whether a site's credential was accepted when it was last used. */
export const siteStates = ['connected', 'refused'] as const;

/** Why a site cannot be used: what is wrong, and what would mend it. Sentences for people. */
export const siteProblems = {
  site_missing: {
    says: 'The workspace has no Confluence site.',
    mend: 'Its owner connects one: PUT /workspaces/{id}/confluence.',
  },
  credential_refused: {
    says: 'Confluence does not accept the credential of the site.',
    mend: 'It was revoked, has expired, or is of another kind than it was connected as. Make a new one and send PUT /workspaces/{id}/confluence. If Confluence accepts it again, it is used again by itself.',
  },
  scope_missing: {
    says: 'The credential of the site lacks a scope.',
    mend: 'The scopes of a credential never change, so make a new one with those that docs/operating.md lists, and send PUT /workspaces/{id}/confluence.',
  },
  access_denied: {
    says: 'The account of the site may not do this in Confluence.',
    mend: 'An admin of Confluence gives the account access to the product, the space or the page.',
  },
  site_unknown: {
    says: 'Atlassian knows no site by this address and cloud id.',
    mend: 'The site was renamed, moved or deleted. Send PUT /workspaces/{id}/confluence with its address of today.',
  },
  site_paused: {
    says: 'Confluence limits the rate of requests, or did not answer several times.',
    mend: 'It goes on by itself.',
  },
  unavailable: {
    says: 'Confluence does not answer at the moment.',
    mend: 'It goes on by itself.',
  },
  space_not_planned: {
    says: 'The page is in no space that may be planned.',
    mend: 'Name its space in `spaces` of PUT /workspaces/{id}/confluence, or move the page into a space that is named there.',
  },
} as const;
export type SiteProblem = keyof typeof siteProblems;
