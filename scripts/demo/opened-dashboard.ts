import { once } from 'node:events';
import { connect } from 'node:tls';
import { forwarding } from '../../src/cli/local-dashboard/forward.ts';
import { type LocalDashboard, startLocalDashboard } from '../../src/cli/local-dashboard/local-dashboard.ts';
import { DashboardCalls } from '../../src/cluster/dashboard-access/dashboard-calls.ts';

/** A server of this machine, and what proves it. */
export interface ServedDashboard {
  readonly port: number;
  readonly authority: string;
  /** Whose rights it is read with. */
  readonly token: string;
}

const HOST = '127.0.0.1';

/** Opens a dashboard as `pillion dashboard` does, but straight at its port: the demo has no kubelet that forwards one. */
export async function openedDashboard({ port, authority, token }: ServedDashboard): Promise<LocalDashboard> {
  const calls = new DashboardCalls({
    connect: async () => {
      const socket = connect({ host: HOST, port, ca: authority, ALPNProtocols: ['http/1.1'] });
      await once(socket, 'secureConnect');
      return socket;
    },
  });
  const onTrouble = (sentence: string) => void process.stderr.write(`${sentence}\n`);
  const local = await startLocalDashboard(
    0,
    forwarding({ calls, token: async () => token, host: `${HOST}:${port}`, onTrouble }),
  );
  return {
    url: local.url,
    close: async () => {
      await local.close();
      calls.close();
    },
  };
}
