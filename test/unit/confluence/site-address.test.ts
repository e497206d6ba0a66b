import { expect, test } from 'vitest';
import { siteOrigin } from '../../../shared/confluence/site-address.ts';

const CLOUD = 'https://*.atlassian.net';

test.each([
  'https://acme.atlassian.net',
  'https://acme.atlassian.net/',
  'https://ACME.atlassian.net/wiki',
  'https://acme.atlassian.net:443/wiki/spaces/PLAN/overview?x=1#y',
])('%s is a site', (address) => {
  expect(siteOrigin(address, CLOUD)).toBe('https://acme.atlassian.net');
});

test.each([
  '',
  'acme.atlassian.net',
  'http://acme.atlassian.net',
  'https://acme.atlassian.net:8443',
  'https://atlassian.net',
  'https://a.b.atlassian.net',
  'https://acme.atlassian.net.evil.example',
  'https://evil.example/.atlassian.net',
  'https://evil.example#.atlassian.net',
  'https://evilatlassian.net',
  'https://acme.atlassian.net@evil.example',
  'https://user:pass@acme.atlassian.net',
  'https://acme.atlassian.net/jira',
  'https://wiki.acme.example',
  'https://169.254.169.254/',
  'https://[::1]/',
  'ftp://acme.atlassian.net',
  'javascript:alert(1)',
])('%s is none', (address) => {
  expect(siteOrigin(address, CLOUD)).toBeUndefined();
});

test('a deployment may name others, each as it is written', () => {
  const allowed = `${CLOUD} http://127.0.0.1:3002`;
  expect(siteOrigin('http://127.0.0.1:3002/wiki', allowed)).toBe('http://127.0.0.1:3002');
  expect(siteOrigin('https://acme.atlassian.net', allowed)).toBe('https://acme.atlassian.net');
  for (const other of ['http://127.0.0.1:3003', 'http://127.0.0.1', 'http://127a0.0.1:3002'])
    expect(siteOrigin(other, allowed)).toBeUndefined();
});
