/** Whether DynamoDB refuses a write because of its content, so that it can never succeed. */
export const isImpossible = (error: unknown): boolean =>
  error instanceof Error && ['ValidationException', 'SerializationException'].includes(error.name);
