type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/**
 * lib/bundle.ts replaces `@aws-sdk/credential-provider-node` with this. Lambda passes the role's credentials in the
 * environment, so the SDK's search through profiles, SSO and instance metadata is dead weight. The environment is read
 * again whenever the SDK asks.
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
