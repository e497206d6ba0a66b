import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens on 127.0.0.1 and returns the port. `name` is the variable that the error names for choosing another port. */
export const listen = async (server: Server, port: number, name: string): Promise<number> => {
  // A run that was killed a moment ago may still have its port.
  for (let attempt = 0; ; attempt++) {
    try {
      return await tryListen(server, port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (attempt === 10)
        throw new Error(
          `${name} ${port} is in use: stop the process that listens there, or set ${name} to another port.`,
        );
      await sleep(100);
    }
  }
};

const tryListen = (server: Server, port: number) =>
  new Promise<number>((resolve, reject) => {
    const settle = (settled: () => void) => {
      server.off('error', failed).off('listening', listening);
      settled();
    };
    const failed = (error: Error) => settle(() => reject(error));
    const listening = () => settle(() => resolve((server.address() as AddressInfo).port));
    server.on('error', failed).on('listening', listening).listen(port, '127.0.0.1');
  });

/** Checks that a port is free. For 0 it picks a free one. */
export const claimPort = async (port: number, name: string): Promise<number> => {
  const probe = createServer();
  const free = await listen(probe, port, name);
  await new Promise((resolve) => probe.close(resolve));
  return free;
};

export const freePort = () => claimPort(0, 'a free port');
