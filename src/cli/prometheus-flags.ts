import { type Command, Option } from 'commander';
import { prometheusAddress } from '../cluster/prometheus/address.ts';
import { type Prometheus, prometheusAt } from '../cluster/prometheus/prometheus.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Environment } from './environment.ts';
import { usage } from './webhook-address.ts';

/** The flags that say which Prometheus is asked, and as whom. */
export interface PrometheusFlags {
  readonly prometheus?: string;
  readonly prometheusTokenFile?: string;
  readonly prometheusCaFile?: string;
}

/** For commands that ask Prometheus. The address is never taken from an object of the cluster: a token would go wherever that says. */
export const withPrometheus = (command: Command, { variables }: Pick<Environment, 'variables'>): Command => {
  // the help of a command shows presets, and an address may hold a password
  const option = (flags: string, description: string, variable: string) =>
    new Option(flags, `${description}; $${variable} unless told`).default(variables[variable], `$${variable}`);
  return command
    .addOption(
      option(
        '--prometheus <address>',
        'which Prometheus to ask: https://HOST, or NAMESPACE/SERVICE:PORT through the API server',
        'PILLION_PROMETHEUS',
      ),
    )
    .addOption(option('--prometheus-token-file <file>', 'a bearer token for it', 'PILLION_PROMETHEUS_TOKEN_FILE'))
    .addOption(
      option('--prometheus-ca-file <file>', 'PEM file with what signed its certificate', 'PILLION_PROMETHEUS_CA_FILE'),
    );
};

/**
 * The Prometheus of the flags; undefined where none is named.
 * @throws Fault PIL001, PIL003
 */
export async function prometheusOf(
  { prometheus, prometheusTokenFile, prometheusCaFile }: PrometheusFlags,
  transport: KubeTransport,
  environment: Pick<Environment, 'readFile'>,
): Promise<Prometheus | undefined> {
  if (prometheus === undefined || prometheus === '') return undefined;
  const address = prometheusAddress(prometheus);
  if (address === undefined)
    throw usage(
      `--prometheus ${JSON.stringify(withoutPassword(prometheus))} is no address; accepted: http(s)://HOST[:PORT][/PATH], or NAMESPACE/SERVICE:PORT`,
    );
  const [token, ca] = await Promise.all(
    [prometheusTokenFile, prometheusCaFile].map((file) => textIn(file, environment)),
  );
  if (address.kind === 'Service' && (token ?? ca) !== undefined)
    throw usage(
      'through the API server Prometheus sees nobody’s token or certificate; leave their flags out, or name its own address',
    );
  if (token !== undefined && address.kind !== 'Service' && isReadByOthers(address.url))
    throw usage('a token is not sent over http, where others may read it; name an https:// address');
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw usage(`${prometheusTokenFile} holds no token: it has to be one line without a blank`);
  return prometheusAt(
    address,
    { ...(token === undefined ? {} : { token }), ...(ca === undefined ? {} : { ca }) },
    transport,
  );
}

const LOOPBACK = /^(localhost|127(\.[0-9]+){3}|\[::1\])$/;

function isReadByOthers(address: string | URL): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !LOOPBACK.test(hostname);
}

const withoutPassword = (address: string): string => address.replace(/\/\/.*@/, '//...@');

async function textIn(
  file: string | undefined,
  { readFile }: Pick<Environment, 'readFile'>,
): Promise<string | undefined> {
  if (file === undefined || file === '') return undefined;
  try {
    return (await readFile(file)).trim();
  } catch (cause) {
    throw new Fault('PIL001', [{ path: '', file, message: (cause as Error).message }], cause);
  }
}
