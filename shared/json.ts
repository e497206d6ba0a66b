const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;
const wellFormed = (_key: string, value: unknown) =>
  typeof value === 'string' ? value.toWellFormed() : value;

/** Parses JSON into well-formed Unicode. An escape may encode half a surrogate pair, which DynamoDB refuses. */
export const parseJson = (text: string): unknown =>
  JSON.parse(text, ESCAPED_SURROGATE.test(text) ? wellFormed : undefined);

export const jsonOrNothing = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
};
