import { json } from '../../shared/runtime/http.ts';
import type { Operations } from './operation.ts';

/** The routes about the service itself. */
export const serviceOperations = {
  'GET /healthz': {
    summary: 'Reports that the service is up',
    answers: { 200: 'Health' },
    handle: async () => json(200, { status: 'ok' }),
  },

  'GET /openapi.json': {
    summary: 'Returns this document',
    answers: { 200: 'Document' },
    handle: async (_event, { document }) => json(200, document()),
  },
} satisfies Operations;
