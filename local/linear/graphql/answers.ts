import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type HttpResponse, json } from '../../stand-in/http.ts';
import { LinearError, malformed } from './errors.ts';

interface Formatted {
  status: number;
  error: GraphQLFormattedError;
}

/** An error from running an operation, in Linear's envelope. */
const formatExecution = (error: GraphQLError): Formatted => {
  const cause = error.originalError ?? error;
  if (cause instanceof LinearError) {
    return { status: cause.httpStatus, error: { ...error.toJSON(), extensions: cause.extensions } };
  }
  // An error without a path comes from variables that do not fit the schema: nothing was executed.
  if (!error.path || cause instanceof GraphQLError) {
    const { extensions } = malformed(error.message, 'BAD_USER_INPUT');
    return { status: 400, error: { ...error.toJSON(), extensions } };
  }
  console.error(cause);
  return {
    status: 500,
    error: {
      ...error.toJSON(),
      extensions: {
        type: 'internal error',
        code: 'INTERNAL_SERVER_ERROR',
        statusCode: 500,
        userError: false,
      },
    },
  };
};

/** The answer to an operation that ran: its data, as far as there is any, and its errors. */
export const answerOf = ({
  data,
  errors,
}: {
  data?: unknown;
  errors?: readonly GraphQLError[];
}): HttpResponse => {
  if (!errors) return json(200, { data });
  const formatted = errors.map(formatExecution);
  const status = Math.max(...formatted.map(({ status: own }) => own));
  return json(status, { errors: formatted.map(({ error }) => error), data: data ?? null });
};

/** The answer to a request that was not executed. */
export const refusal = (error: unknown): HttpResponse => {
  const errors = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const formatted = errors.map((one): Formatted => {
    if (one instanceof LinearError) {
      return { status: one.httpStatus, error: { message: one.message, extensions: one.extensions } };
    }
    if (one instanceof GraphQLError) {
      return { status: 400, error: { ...one.toJSON(), extensions: malformed(one.message).extensions } };
    }
    throw one;
  });
  return json(formatted[0]?.status ?? 400, { errors: formatted.map((one) => one.error) });
};

/** The messages of an answer's errors, for the request log. */
export const errorMessages = ({ body }: HttpResponse): string[] => {
  if (!body.startsWith('{"errors"')) return [];
  return ((JSON.parse(body) as FormattedExecutionResult).errors ?? []).map(({ message }) => message);
};
