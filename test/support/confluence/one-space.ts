import { answer, scriptedServer } from './scripted-server.ts';

const SPACE = { id: '294916', key: 'PLAN', name: 'Planning', homepageId: '98400' };

/** A Confluence with one space, `PLAN`, for tests that need a site to connect and nothing of its pages. */
export const startOneSpace = async () => {
  const { url, stop } = await scriptedServer(({ path }, response) => {
    if (path === '/oauth/token') return answer(response, 200, { access_token: 'token', expires_in: 3_600 });
    if (path === '/_edge/tenant_info') return answer(response, 200, { cloudId: 'cloud-1' });
    if (path.endsWith('/user/current'))
      return answer(response, 200, { accountId: '712020:a', displayName: 'Planner' });
    return answer(response, 200, { results: path.endsWith('/spaces') ? [SPACE] : [] });
  });
  const auth = { type: 'client_credentials', clientId: 'client', clientSecret: 'secret' };
  return { url, stop, toConnect: { siteUrl: url, auth, spaces: ['PLAN'] } };
};
