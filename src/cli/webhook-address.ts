import { Fault } from '../core/problem/faults.ts';
import { HOOK_PATHS, type WebhookAddress } from '../core/registration/registration.ts';

/** The flags that say how the API server reaches the webhook. */
export interface AddressFlags {
  readonly webhookUrl?: string;
  readonly webhookService?: string;
}

/**
 * The address of the flags; undefined when they name none.
 * @throws Fault PIL003 when both are given, or one cannot be read
 */
export function webhookAddress({ webhookUrl, webhookService }: AddressFlags): WebhookAddress | undefined {
  if (webhookUrl !== undefined) {
    if (webhookService !== undefined) throw usage('give either --webhook-url or --webhook-service');
    return { url: originOf(webhookUrl) };
  }
  if (webhookService === undefined) return undefined;
  const [, namespace, name, port] = /^([a-z0-9-]+)\/([a-z0-9-]+)(?::(\d{1,5}))?$/.exec(webhookService) ?? [];
  if (namespace === undefined || name === undefined)
    throw usage(`--webhook-service ${webhookService} is not of the form NAMESPACE/NAME[:PORT]`);
  return { service: { namespace, name, port: servicePort(port) } };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') throw usage(`--webhook-url ${text} is not an https URL`);
  const { origin } = url;
  if (url.href !== `${origin}/`) {
    const paths = Object.values(HOOK_PATHS).join(', ');
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

/** A command line that is not as it is meant to be. */
export const usage = (message: string): Fault => new Fault('PIL003', [{ path: '', message }]);
