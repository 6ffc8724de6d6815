import { Fault } from '../../core/problem/faults.ts';
import { HOOK_PATHS, type WebhookAddress } from '../../core/registration/registration.ts';
import type { ServeOptions } from '../../server/serve.ts';
import type { Environment } from '../environment.ts';
import { activePolicy, type PolicyFlags } from '../policy-sources.ts';

/** Runs the server until it is told to stop; the composition root brings it. */
export type Serve = (options: ServeOptions) => Promise<void>;

export interface ServeFlags extends PolicyFlags {
  readonly certificate: string;
  readonly key: string;
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly webhookUrl?: string;
  readonly webhookService?: string;
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
  const policy = await activePolicy(flags, environment);
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

function registrationOf({ webhookUrl, webhookService, ca }: ServeFlags): ServeOptions['registration'] {
  if (webhookUrl === undefined && webhookService === undefined) {
    if (ca === undefined) return undefined;
    throw usage('--ca has no effect without --webhook-url or --webhook-service: nothing is registered');
  }
  if (ca === undefined)
    throw usage('--webhook-url and --webhook-service need --ca FILE: the API server has to trust our certificate');
  return { address: addressOf(webhookUrl, webhookService), caFile: ca };
}

function addressOf(url: string | undefined, service: string | undefined): WebhookAddress {
  if (url !== undefined) {
    if (service !== undefined) throw usage('give either --webhook-url or --webhook-service');
    return { url: originOf(url) };
  }
  const [, namespace, name, port] = /^([a-z0-9-]+)\/([a-z0-9-]+)(?::(\d{1,5}))?$/.exec(service ?? '') ?? [];
  if (namespace === undefined || name === undefined)
    throw usage(`--webhook-service ${service} is not of the form NAMESPACE/NAME[:PORT]`);
  return { service: { namespace, name, port: servicePort(port) } };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') throw usage(`--webhook-url ${text} is not an https URL`);
  const { origin } = url;
  if (url.href !== `${origin}/`) {
    const paths = Object.values(HOOK_PATHS).join(' and ');
    throw usage(
      `--webhook-url takes only https://HOST[:PORT], here ${origin}: no user, path, query or fragment, since Pillion answers at ${paths}`,
    );
  }
  return origin;
}

function servicePort(port = '443'): number {
  const number = Number(port);
  if (number < 1 || number > 65_535) throw usage(`--webhook-service: ${port} is not a port from 1 to 65535`);
  return number;
}

const usage = (message: string): Fault => new Fault('PIL003', [{ path: '', message }]);
