import { Fault } from '../../core/problem/faults.ts';
import type { ServeOptions } from '../../server/serve.ts';
import type { Environment } from '../environment.ts';
import { type PolicyFlags, policyFromFiles } from '../policy-sources.ts';
import { type AddressFlags, usage, webhookAddress } from '../webhook-address.ts';

/** Runs the server until it is told to stop; the composition root brings it. */
export type Serve = (options: ServeOptions) => Promise<void>;

export interface ServeFlags extends PolicyFlags, AddressFlags {
  readonly certificate: string;
  readonly key: string;
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly ca?: string;
  readonly logLevel: ServeOptions['logLevel'];
  readonly recordFormat: ServeOptions['recordFormat'];
  readonly drainSeconds: number;
  readonly shutdownSeconds: number;
}

/**
 * `pillion serve`: answers the API server until a signal ends it.
 * @throws Fault PIL003 when the flags contradict each other, PIL005 when the server cannot start
 */
export async function serveCommand(flags: ServeFlags, environment: Environment): Promise<number> {
  const policy = await policyFromFiles(flags, environment);
  const registration = registrationOf(flags);
  const { kubeconfig, context } = flags;
  try {
    await environment.serve({
      policy,
      admission: { host: flags.host, port: flags.port },
      ops: { host: flags.host, port: flags.opsPort },
      certificateFile: flags.certificate,
      keyFile: flags.key,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
      ...(registration === undefined ? {} : { registration }),
      logLevel: flags.logLevel,
      recordFormat: flags.recordFormat,
      shutdown: { drainMs: flags.drainSeconds * 1000, timeoutMs: flags.shutdownSeconds * 1000 },
    });
  } catch (cause) {
    throw new Fault('PIL005', [{ path: '', message: cause instanceof Error ? cause.message : String(cause) }], cause);
  }
  return 0;
}

function registrationOf({ ca, ...flags }: ServeFlags): ServeOptions['registration'] {
  const address = webhookAddress(flags);
  if (address === undefined) {
    if (ca === undefined) return undefined;
    throw usage('--ca has no effect without --webhook-url or --webhook-service: nothing is registered');
  }
  if (ca === undefined)
    throw usage('--webhook-url and --webhook-service need --ca FILE: the API server has to trust our certificate');
  return { address, caFile: ca };
}
