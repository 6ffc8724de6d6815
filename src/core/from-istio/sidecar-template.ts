import { pointer } from '../json/pointer.ts';
import { shown } from '../policy/read-object.ts';
import { OWN_CONTAINERS, OWN_VOLUMES } from '../sidecar/profiles/istio/names.ts';
import type { Finding } from './finding.ts';
import type { IstioText } from './istio-text.ts';
import { linesText } from './template-lines.ts';

/** The template that renders the sidecar. */
export const SIDECAR = 'sidecar';

// istio.io/istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml, this and earlier releases
const NAMES: ReadonlySet<string> = new Set([
  ...OWN_CONTAINERS,
  ...OWN_VOLUMES,
  ...['custom-bootstrap-volume', 'lightstep-certs', 'enable-core-dump', 'http-envoy-prom'],
  ...['PILOT_CERT_PROVIDER', 'CA_ADDR', 'POD_NAME', 'POD_NAMESPACE', 'INSTANCE_IP', 'SERVICE_ACCOUNT', 'HOST_IP'],
  ...['PROXY_CONFIG', 'TRUST_DOMAIN', 'COMPLIANCE_POLICY', 'GODEBUG', 'GOMAXPROCS', 'GOMEMLIMIT', 'JWT_POLICY'],
  ...['CANONICAL_SERVICE', 'CANONICAL_REVISION', 'OTEL_RESOURCE_ATTRIBUTES', 'ISTIO_CPU_LIMIT'],
  ...['ISTIO_BOOTSTRAP_OVERRIDE', 'REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION'],
  ...['APP_CONTAINERS', 'CLUSTER_ID', 'INTERCEPTION_MODE', 'MESH_ID', 'NETWORK', 'NODE_NAME', 'OWNER', 'POD_PORTS']
    .concat('WORKLOAD_NAME', 'POD_NAME', 'CONFIG_NAMESPACE')
    .map((name) => `ISTIO_META_${name}`),
]);
// of a container, a volume, a mount or a variable; one that an action makes is passed over
const NAME = /(?:^\s*|[-{,]\s+)["']?name["']?:\s*["']?([A-Za-z0-9_][A-Za-z0-9_.-]*)["']?\s*(?:[,}#].*)?$/;
const MOST_TOLD = 20;

/**
 * What somebody has added to the template of the sidecar, as far as it has a name. The template itself is not read: the profile
 * renders what Istio’s own does.
 */
export function sidecarFindings(config: IstioText, text: unknown): readonly Finding[] {
  const path = pointer('templates', SIDECAR);
  if (typeof text !== 'string') return [config.problemAt(path, `is ${shown(text)}; accepted: the text of a template`)];
  const added = new Map<string, number>();
  text.split('\n').forEach((line, index) => {
    const [, name] = NAME.exec(line) ?? [];
    if (name !== undefined && !NAMES.has(name) && !added.has(name)) added.set(name, index + 1);
  });
  if (added.size === 0) return [];
  const told = [...added].slice(0, MOST_TOLD);
  const names = told.map(([name]) => name).join(', ');
  const more = added.size > told.length ? ` and ${added.size - told.length} more` : '';
  const lines = linesText([...new Set(told.map(([, line]) => line))], config.within(path, text));
  const message = `names ${names}${more} in ${lines}, which Istio’s own template does not have; this template is not read: write what they are for under templates of the profile, and the name of that template under its defaultTemplates, beside sidecar`;
  return [config.problemAt(path, message)];
}
