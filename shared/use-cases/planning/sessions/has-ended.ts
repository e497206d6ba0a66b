import { AppError } from '../../../errors.ts';

/** The answer to whoever wants something of a session that has ended. */
export const hasEnded = () =>
  new AppError(
    'conflict',
    'This session has ended. Send its page to POST /workspaces/{id}/planning-sessions to go on with it.',
  );
