const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;
const wellFormed = (_key: string, value: unknown) =>
  typeof value === 'string' ? value.toWellFormed() : value;

/** JSON whose strings are well-formed Unicode: an escape may name half a character, which DynamoDB refuses. */
export const parseJson = (text: string): unknown =>
  JSON.parse(text, ESCAPED_SURROGATE.test(text) ? wellFormed : undefined);

export const jsonOrNothing = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
};
