/** DynamoDB refuses the write for what is in it, now and for ever; an outage is none of these. */
export const isImpossible = (error: unknown): boolean =>
  error instanceof Error && ['ValidationException', 'SerializationException'].includes(error.name);
