import type { RouteKey } from '../routes.ts';
import { featureOperations } from './features/features.ts';
import { runOperations } from './features/runs.ts';
import { cachedIssueOperations } from './mirror/cached-issue.ts';
import { projectOperations } from './mirror/projects.ts';
import type { ApiRoute, Operation, Operations } from './operation.ts';
import { itemOperations } from './planning/items.ts';
import { sessionOperations } from './planning/sessions.ts';
import { siteOperations } from './planning/sites.ts';
import { serviceOperations } from './service.ts';
import { historyOperations } from './workspaces/history.ts';
import { memberOperations } from './workspaces/members.ts';
import { pickerOperations } from './workspaces/pickers.ts';
import { workspaceOperations } from './workspaces/workspaces.ts';

/** The routes that this function serves. A missing route does not compile. */
export const served: Required<Omit<Operations, '$default'>> = {
  ...serviceOperations,
  ...workspaceOperations,
  ...memberOperations,
  ...historyOperations,
  ...pickerOperations,
  ...projectOperations,
  ...featureOperations,
  ...runOperations,
  ...siteOperations,
  ...sessionOperations,
  ...itemOperations,
  ...cachedIssueOperations,
};

/** The routes that other functions serve, for the OpenAPI document. */
const servedElsewhere: Record<Exclude<RouteKey, ApiRoute>, Operation> = {
  'GET /connect/{link}': {
    summary: 'Shows a page that says who will own the connection',
    answers: { 200: 'page', 400: 'page', 404: 'page' },
  },
  'POST /connect/{link}': {
    summary: 'Sends the browser to Linear, when the button of that page is pressed',
    answers: { 303: 'nothing', 400: 'page', 403: 'page', 404: 'page' },
  },
  'GET /oauth/linear/callback': {
    summary: 'Takes the browser back from Linear, and connects the organization',
    answers: {
      200: 'page',
      400: 'page',
      401: 'page',
      403: 'page',
      404: 'page',
      409: 'page',
      429: 'page',
      502: 'page',
    },
  },
  'POST /workspaces/connect-links': {
    summary: 'Creates a link that connects a Linear organization and is valid for 15 minutes',
    answers: { 201: 'ConnectLink' },
  },

  'POST /webhooks/linear': {
    summary: 'Receives a webhook delivery from Linear, signed in `linear-signature`',
    body: 'Linear',
    answers: { 200: 'WebhookOutcome' },
  },
};

/** Every route that the OpenAPI document describes. */
export const operations: Record<Exclude<RouteKey, '$default'>, Operation> = { ...served, ...servedElsewhere };
