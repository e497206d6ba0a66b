import type * as z from 'zod/mini';

/** Reads a function's environment at cold start. Throws one error that names every missing or invalid variable. */
export const readEnv = <S extends z.core.$ZodObject>(
  schema: S & { safeParse(value: unknown): z.core.util.SafeParseResult<z.core.output<S>> },
  env: NodeJS.ProcessEnv = process.env,
): z.core.output<S> => {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const names = [...new Set(result.error.issues.map(({ path }) => String(path[0])))];
  const faults = names.map((name) => (env[name] ? `${name} is not valid` : `${name} is missing`));
  throw new Error(
    `Configuration: ${faults.join(', ')}. It is set as the function's \`environment\` in lib/functions.ts.`,
  );
};
