/** Writes one line of JSON, which CloudWatch keeps as one event; `console` would put Lambda's own words before it. */
export const writeLine = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line, plainly)}\n`);
};

/** Errors have nothing that JSON shows by itself, and big integers nothing that it can. */
const plainly = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, cause };
};

/** What a function's lines and metrics are told apart by (lib/constructs/service-function.ts). */
export const service = process.env.SERVICE_NAME;
