import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { listen } from '../../local/ports.ts';

/** Makes a self-signed certificate for 127.0.0.1, for NODE_EXTRA_CA_CERTS. */
const certificate = (folder: string) => {
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...ec, ...names, '-days', '2', '-keyout', keyFile, '-out', certFile],
    {
      stdio: 'ignore',
    },
  );
  return { certFile, key: readFileSync(keyFile), cert: readFileSync(certFile) };
};

/**
 * Puts a TLS proxy in front of each AWS endpoint of an environment. AWS is reached over TLS, and plain HTTP loads other
 * parts of Node.
 */
export const overTls = async (folder: string, environment: Record<string, string>) => {
  const { certFile, key, cert } = certificate(folder);
  const agent = new Agent({ keepAlive: true });
  const servers = await Promise.all(
    Object.entries(environment)
      .filter(([name]) => name.startsWith('AWS_ENDPOINT_URL_'))
      .map(async ([name, target]) => {
        const server = createServer({ key, cert }, (incoming, outgoing) => {
          const { method, url } = incoming;
          // The local servers refuse a request whose `Host` names another server.
          const headers = { ...incoming.headers, host: new URL(target).host };
          const forwarded = request(target, { method, headers, agent, path: url }, (answer) => {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(outgoing);
          });
          incoming.pipe(forwarded);
        });
        const port = await listen(server as never, 0, 'a free port');
        return { name, server, url: `https://127.0.0.1:${port}` };
      }),
  );
  return {
    environment: {
      ...environment,
      ...Object.fromEntries(servers.map(({ name, url }) => [name, url])),
      NODE_EXTRA_CA_CERTS: certFile,
    },
    async stop() {
      agent.destroy();
      for (const { server } of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
};
