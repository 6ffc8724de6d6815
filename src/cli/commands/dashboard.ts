import { type DashboardFlags, type ReachedDashboard, withDashboard } from '../dashboard-call.ts';
import type { Environment } from '../environment.ts';
import { forwarding } from '../local-dashboard/forward.ts';
import { type Forward, type LocalDashboard, startLocalDashboard } from '../local-dashboard/local-dashboard.ts';
import { usage } from '../webhook-address.ts';

export interface DashboardOpenFlags extends DashboardFlags {
  /** Where it is served here; unless told the preset, or a free one. */
  readonly port?: number;
  /** Whether a browser is opened; unless told where somebody would see it. */
  readonly browser?: boolean;
}

// as in the pod
const PRESET_PORT = 8081;

/**
 * `pillion dashboard`: serves the dashboard of the cluster at an address of this machine until it is interrupted, read with the caller’s token.
 * @returns 0
 * @throws Fault PIL003 when the port cannot be used, PIL006, PIL013
 */
export function dashboard(flags: DashboardOpenFlags, environment: Environment): Promise<number> {
  return withDashboard(flags, environment, async (reached) => {
    const local = await listen(flags.port, forwardTo(reached, environment));
    let forget = () => {};
    const ended = new Promise<void>((resolve) => {
      forget = environment.onInterrupt(resolve);
    });
    try {
      environment.stdout(`${local.url}\n`);
      environment.stderr(
        `read from the pod ${reached.pod.pod} of ${flags.ownNamespace} with your rights; the address opens it once, in one browser. Ctrl-C ends it.\n`,
      );
      const { browser = environment.interactive } = flags;
      if (browser && !environment.browse(local.url) && flags.browser)
        environment.stderr('no browser was found here; open the address by hand\n');
      await ended;
    } finally {
      forget();
      await local.close();
    }
    return 0;
  });
}

const forwardTo = ({ calls, token, host }: ReachedDashboard, { stderr }: Environment): Forward =>
  forwarding({ calls, token, host, onTrouble: (sentence) => stderr(`${sentence}\n`) });

async function listen(port: number | undefined, forward: Forward): Promise<LocalDashboard> {
  try {
    return await startLocalDashboard(port ?? PRESET_PORT, forward);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (port === undefined && code === 'EADDRINUSE') return await startLocalDashboard(0, forward);
    const said = code === 'EADDRINUSE' ? 'is in use' : `cannot be used: ${message}`;
    throw usage(`the port ${port} of this machine ${said}; give another by --port, or --port 0 for a free one`);
  }
}
