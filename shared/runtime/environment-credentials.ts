type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/**
 * What lib/bundle.ts puts in the place of `@aws-sdk/credential-provider-node`: Lambda hands a function its role's
 * credentials in the environment, so the SDK's search through profiles, SSO and instance metadata is dead weight.
 * Read anew whenever the SDK asks.
 */
export const defaultProvider = () => async (): Promise<Credentials> => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new Error(
      'No AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing. Lambda sets them, and so does local/lambda/function-process.ts.',
    );
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
};
