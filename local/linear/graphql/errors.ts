/** An error with the extensions of Linear's envelope. Clients classify it by `extensions.type` and `code`. */
export class LinearError extends Error {
  readonly extensions: Record<string, unknown>;
  /** The status of the whole HTTP answer; Linear answers most refusals with 200. */
  readonly httpStatus: number;

  constructor(message: string, httpStatus: number, extensions: Record<string, unknown>) {
    super(message);
    this.httpStatus = httpStatus;
    this.extensions = extensions;
  }
}

const inputError = (message: string, httpStatus: number, userPresentableMessage: string): LinearError =>
  new LinearError(message, httpStatus, {
    type: 'invalid input',
    code: 'INPUT_ERROR',
    statusCode: 400,
    userError: true,
    userPresentableMessage,
  });

export const notFound = (type: string): LinearError =>
  inputError(`Entity not found: ${type}`, 200, `Could not find referenced ${type}.`);

/** A well-formed request that breaks one of Linear's rules. */
export const refused = (message: string): LinearError => inputError(message, 200, message);

/** A client-supplied id that is already used. Observed statuses: 400 for an issue, 200 for a comment. */
export const conflict = (type: string, id: string): LinearError =>
  inputError(
    `conflict on insert of ${type}`,
    type === 'Issue' ? 400 : 200,
    `Entity ${type} with id ${id} already exists.`,
  );

export const invalidArgument = (property: string, constraint: string): LinearError =>
  new LinearError('Argument Validation Error', 200, {
    type: 'invalid input',
    code: 'INVALID_INPUT',
    statusCode: 400,
    userError: true,
    userPresentableMessage: constraint,
    validationErrors: [{ property, constraints: { invalid: constraint } }],
  });

export const notAuthenticated = (
  message = 'Authentication required, not authenticated',
  httpStatus = 401,
): LinearError =>
  new LinearError(message, httpStatus, {
    type: 'authentication error',
    code: 'AUTHENTICATION_ERROR',
    statusCode: httpStatus,
    userError: true,
    userPresentableMessage: 'You need to authenticate to access this operation.',
  });

export const forbidden = (message: string): LinearError =>
  new LinearError(message, 200, {
    type: 'forbidden',
    code: 'FORBIDDEN',
    statusCode: 403,
    userError: true,
    userPresentableMessage: message,
  });

export const rateLimited = (message: string, httpStatus = 400): LinearError =>
  new LinearError(message, httpStatus, {
    type: 'ratelimited',
    code: 'RATELIMITED',
    statusCode: 429,
    userError: true,
    userPresentableMessage: message,
  });

/** A query above the limit for a single query. Waiting does not help. */
export const tooComplex = (complexity: number, limit: number): LinearError =>
  inputError(`Query too complex: ${complexity}, at most ${limit}`, 400, 'Query too complex.');

/** A document that does not fit the schema, or a body without a document. */
export const malformed = (message: string, code = 'GRAPHQL_VALIDATION_FAILED'): LinearError =>
  new LinearError(message, 400, { type: 'graphql error', code, statusCode: 400, userError: true });

/** A gap of the local Linear. An error is better than an answer that Linear would not have given. */
export const notImplemented = (what: string): LinearError =>
  new LinearError(`The local Linear does not implement ${what}`, 501, {
    type: 'feature not accessible',
    code: 'NOT_IMPLEMENTED',
    statusCode: 501,
    userError: false,
  });
