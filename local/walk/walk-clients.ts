const TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** Repeats `ask` until it returns a value. Throws after `timeoutMs`, with `what` in the message. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = TIMEOUT_MS,
): Promise<T> => {
  const giveUp = Date.now() + timeoutMs;
  while (Date.now() < giveUp) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Gave up after waiting ${timeoutMs / 1000} s for ${what}.`);
};

const jsonOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

/** A client of the API with a token. Throws on any status other than success. */
export const apiAs = (url: string, token: string) => {
  const send = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    return (await jsonOf(await fetch(new URL(path, url), init))) as T;
  };
  return {
    get: <T>(path: string) => send<T>('GET', path),
    post: <T>(path: string, body: unknown) => send<T>('POST', path, body),
    put: <T>(path: string, body: unknown) => send<T>('PUT', path, body),
    patch: <T>(path: string, body: unknown) => send<T>('PATCH', path, body),
    /** The answer in another media type than JSON. */
    async text(path: string, accept: string): Promise<string> {
      const headers = { authorization: `Bearer ${token}`, accept };
      const response = await fetch(new URL(path, url), { headers });
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
      return text;
    },
  };
};
export type Api = ReturnType<typeof apiAs>;

export type Issue = { id: string; identifier: string };

/** A client of the local Linear for a human with a personal API key. */
export const linearAs = (url: string, key: string) => {
  const headers = { authorization: key, 'content-type': 'application/json' };
  const post = async (path: string, body: unknown) =>
    jsonOf(await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) }));
  const graphql = async <T>(query: string, variables: Record<string, unknown>): Promise<T> => {
    const { data, errors } = (await post('/graphql', { query, variables })) as { data: T; errors?: unknown };
    if (errors) throw new Error(`Linear refused: ${JSON.stringify(errors)}`);
    return data;
  };

  return {
    async createIssue(projectId: string, title: string, priority = 0): Promise<Issue> {
      const { project } = await graphql<{ project: { teams: { nodes: { id: string }[] } } }>(
        'query($id: String!) { project(id: $id) { teams(first: 1) { nodes { id } } } }',
        { id: projectId },
      );
      const input = { teamId: project.teams.nodes[0]?.id, projectId, title, priority };
      const { issueCreate } = await graphql<{ issueCreate: { issue: Issue } }>(
        'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { id identifier } } }',
        { input },
      );
      return issueCreate.issue;
    },

    async addLabel(issueId: string, name: string): Promise<void> {
      const { issueLabels } = await graphql<{ issueLabels: { nodes: { id: string }[] } }>(
        'query($name: String!) { issueLabels(filter: { name: { eqIgnoreCase: $name } }) { nodes { id } } }',
        { name },
      );
      await graphql(
        'mutation($id: String!, $labels: [String!]) { issueUpdate(id: $id, input: { addedLabelIds: $labels }) { success } }',
        { id: issueId, labels: [issueLabels.nodes[0]?.id] },
      );
    },

    block: (issueId: string, relatedIssueId: string) =>
      graphql(
        'mutation($input: IssueRelationCreateInput!) { issueRelationCreate(input: $input) { success } }',
        { input: { issueId, relatedIssueId, type: 'blocks' } },
      ),

    async issue<T>(id: string): Promise<T> {
      const { issue } = await graphql<{ issue: T }>(
        `query($id: String!) { issue(id: $id) {
          state { name type } comments(first: 50) { nodes { body } } attachments(first: 50) { nodes { url } } } }`,
        { id },
      );
      return issue;
    },

    archiveProject: (id: string) =>
      graphql('mutation($id: String!) { projectArchive(id: $id) { success } }', { id }),

    fault: (fault: object) => post('/_local/faults', fault),
    advanceClock: (advanceMs: number) => post('/_local/clock', { advanceMs }),
  };
};

export type Page = { url: string; status: number; text: string };

const REDIRECTS = 5;

/** A minimal browser: it keeps cookies by host, follows redirects and submits the only form of a page. */
export const browser = () => {
  const jar = new Map<string, Map<string, string>>();

  const request = async (url: string, init: RequestInit = {}, redirects = 0): Promise<Page> => {
    const { host } = new URL(url);
    const cookies = jar.get(host) ?? new Map<string, string>();
    jar.set(host, cookies);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: cookie ? { cookie } : {} });
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const location = response.headers.get('location');
    if (!location) return { url, status: response.status, text: await response.text() };
    if (redirects === REDIRECTS) throw new Error(`${url} redirects more than ${REDIRECTS} times.`);
    return request(new URL(location, url).toString(), {}, redirects + 1);
  };

  return {
    get: (url: string) => request(url),

    /** Posts the form of a page with its hidden inputs and the button that was pressed. */
    submit(page: Page, pressed: Record<string, string>): Promise<Page> {
      const form = /<form[^>]*method="post"[^>]*>/i.exec(page.text)?.[0];
      if (!form) throw new Error(`There is no form on ${new URL(page.url).pathname}: ${page.text}`);
      const action = /action="([^"]*)"/i.exec(form)?.[1]?.replaceAll('&amp;', '&') ?? '';
      const fields = new URLSearchParams(pressed);
      for (const [input] of page.text.matchAll(/<input[^>]*type="hidden"[^>]*>/gi)) {
        const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1] ?? '';
        fields.set(attribute('name'), unescaped(attribute('value')));
      }
      return request(new URL(action, page.url).toString(), { method: 'POST', body: fields });
    },
  };
};
export type Browser = ReturnType<typeof browser>;

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
