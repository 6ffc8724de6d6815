import { type Command, InvalidArgumentError } from 'commander';
import { goDurationMs } from '../core/kubernetes/go-duration.ts';
import type { WebhookAddress } from '../core/registration/registration.ts';
import type { ServeOptions } from '../server/serve-options.ts';
import { usage } from './webhook-address.ts';

/** The flags that say where the serving certificate comes from. */
export interface CertificateFlags {
  readonly certificate?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly selfSigned?: boolean;
  readonly leafLifetime?: number;
  readonly authoritySettle?: number;
}

/** What the installation is called and where it runs; a certificate of one's own is kept there. */
export interface InstallationFlags {
  readonly installedAs?: string;
  readonly ownNamespace: string;
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const LEAF_LIFETIME_MS = 168 * HOUR_MS;
// every part of the API server reads a changed webhook within a second or two; a minute also covers several API servers that lag behind
const AUTHORITY_SETTLE_MS = 60 * SECOND_MS;

/** Adds the flags to the command. */
export const withCertificates = (command: Command): Command =>
  command
    .option('--certificate <file>', 'PEM file with the serving certificate and its chain, reloaded live')
    .option('--key <file>', 'PEM file with its private key')
    .option('--ca <file>', 'PEM file with what the API server has to trust, reloaded live; needed to register')
    .option('--self-signed', 'in place of these three: issue certificates, by an authority that all replicas share')
    .option(
      '--leaf-lifetime <duration>',
      'with --self-signed: how long a serving certificate lasts (default: 168h)',
      duration(10 * SECOND_MS, 720 * HOUR_MS, 'from 10s to 720h: an authority is renewed 720h before its end'),
    )
    .option(
      '--authority-settle <duration>',
      'with --self-signed: so long every webhook trusts a new authority before it signs (default: 60s)',
      duration(0, HOUR_MS, 'from 0s to 1h'),
    );

/**
 * Where certificates come from.
 * @param address where the API server finds us; undefined when nothing is registered
 * @throws Fault PIL003 when the flags contradict each other or one is missing
 */
export function certificatesOf(
  flags: CertificateFlags & InstallationFlags,
  address: WebhookAddress | undefined,
): ServeOptions['certificates'] {
  return flags.selfSigned === true ? ownCertificates(flags, address) : certificateFiles(flags, address);
}

function ownCertificates(
  flags: CertificateFlags & InstallationFlags,
  address: WebhookAddress | undefined,
): ServeOptions['certificates'] {
  const { certificate, key, ca, installedAs, ownNamespace } = flags;
  if (certificate !== undefined || key !== undefined || ca !== undefined)
    throw usage('give either --self-signed or --certificate, --key and --ca');
  if (address === undefined)
    throw usage('--self-signed needs --webhook-service or --webhook-url: certificates are issued for that name');
  if (installedAs === undefined)
    throw usage('--self-signed needs --installed-as NAME: the Secret with the authority belongs to that installation');
  return {
    mode: 'Self',
    installation: installedAs,
    namespace: ownNamespace,
    address,
    leafLifetimeMs: flags.leafLifetime ?? LEAF_LIFETIME_MS,
    settleMs: flags.authoritySettle ?? AUTHORITY_SETTLE_MS,
  };
}

function certificateFiles(flags: CertificateFlags, address: WebhookAddress | undefined): ServeOptions['certificates'] {
  const { certificate, key, ca, leafLifetime, authoritySettle } = flags;
  if (certificate === undefined || key === undefined)
    throw usage('serve needs a certificate: give --certificate FILE and --key FILE, or --self-signed');
  if (leafLifetime !== undefined || authoritySettle !== undefined)
    throw usage('--leaf-lifetime and --authority-settle have no effect without --self-signed');
  if (address === undefined && ca !== undefined)
    throw usage('--ca has no effect without --webhook-url or --webhook-service: nothing is registered');
  if (address !== undefined && ca === undefined)
    throw usage(
      '--webhook-url and --webhook-service need --ca FILE, or --self-signed: the API server has to trust our certificate',
    );
  return { mode: 'Files', certificateFile: certificate, keyFile: key, ...(ca === undefined ? {} : { caFile: ca }) };
}

export const duration =
  (leastMs: number, mostMs: number, range: string) =>
  (text: string): number => {
    const ms = goDurationMs(text);
    if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms;
    throw new InvalidArgumentError(`Give a duration such as 168h or 90s, ${range}.`);
  };
