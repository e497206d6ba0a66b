import * as z from 'zod';

/** Paths are appended to it. */
const baseUrl = z.url('must be a URL').refine((url) => !url.endsWith('/'), 'must have no slash at its end');
const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https URL' });

/** What differs between deployments. Every field is a CDK context key: `-c key=value`, or "context" in cdk.json. */
export const Stage = z.object({
  stage: z.enum(['dev', 'prod'], 'must be dev or prod'),
  jwtIssuer: httpsUrl,
  jwtAudience: z.string('must be the audience of the callers’ tokens').min(1, 'must not be empty'),
  /** The address that people open, if it is not the HTTP API's own, such as a custom domain. */
  publicUrl: httpsUrl.refine((url) => URL.parse(url)?.pathname === '/', 'must have no path').optional(),
  linearApiUrl: z.url('must be a URL').default('https://api.linear.app'),
  linearAppUrl: z.url('must be a URL').default('https://linear.app'),
  /** The sites of Confluence that may be connected: origins divided by blanks; `*` is one label of a host. */
  confluenceSites: z
    .string()
    .regex(/^https?:\/\/[a-z0-9.*:-]+( https?:\/\/[a-z0-9.*:-]+)*$/, 'must be origins divided by blanks')
    .default('https://*.atlassian.net'),
  confluenceGatewayUrl: baseUrl.default('https://api.atlassian.com'),
  confluenceAuthUrl: baseUrl.default('https://auth.atlassian.com'),
  alarmEmail: z.email('must be an e-mail address').optional(),
  /** Off by default: new accounts have too little concurrency to reserve any. */
  reserveConcurrency: z.union([z.boolean(), z.stringbool()], 'must be true or false').default(false),
});
export type Stage = z.infer<typeof Stage>;

type Deployment = {
  /** The AWS account that the CDK CLI would deploy to. Absent without credentials. */
  account?: string | undefined;
};

/** cdk.json has a placeholder issuer so that `cdk synth` works on a fresh clone. It must not be deployed. */
const deployable = ({ account }: Deployment) =>
  Stage.refine(
    ({ stage, jwtIssuer }) =>
      (stage !== 'prod' && account === undefined) || URL.parse(jwtIssuer)?.hostname !== 'auth.example.com',
    {
      path: ['jwtIssuer'],
      error: 'is still the placeholder of cdk.json, so the API would accept no token',
    },
  );

/** @throws an Error that names every wrong context key and how to set it. */
export const readStage = (context: (key: string) => unknown, deployment: Deployment = {}): Stage => {
  const stage = deployable(deployment).safeParse(
    Object.fromEntries(Object.keys(Stage.shape).map((key) => [key, context(key)])),
  );
  if (stage.success) return stage.data;
  throw new Error(
    stage.error.issues
      .map(({ path: [key], message }) => {
        const given = context(String(key));
        const was = given === undefined ? 'is not set' : `is ${JSON.stringify(given)}`;
        return `Context key "${String(key)}" ${was}: it ${message}. Set it with "-c ${String(key)}=…" or in cdk.json under "context".`;
      })
      .join('\n'),
  );
};
