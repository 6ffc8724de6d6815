import { asText } from '../../../json/as-text.ts';
import { fieldsOf } from '../../../json/fields-of.ts';
import { isObject } from '../../../json/is-object.ts';
import { pointer } from '../../../json/pointer.ts';
import { sortedKeys } from '../../../json/sorted-keys.ts';
import type { Problem } from '../../../problem/problem.ts';
import { SIDECAR, TOKEN_DIRECTORY, VALIDATION } from '../../names.ts';
import type { Rendered } from '../../rendering.ts';
import type { Namesake } from '../../separate.ts';
import { mergedContainer } from './strategic-merge.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Fields of the proxy that an author may change: none of them gives it rights or makes it another program. Mounts, variables and
 * life cycle calls, which may run commands beside the proxy, are settings that a policy can close (`overrideOrigins`); variables that
 * no policy opens are named below. With compatibility Istio every field of every container of ours can be changed.
 */
const ALLOWED: ReadonlySet<string> = new Set(['name', 'image', 'resources', 'env', 'volumeMounts', 'lifecycle']);
// the API server writes these defaults into every container before a webhook sees it
const DEFAULTED: ReadonlySet<string> = new Set([
  'terminationMessagePath',
  'terminationMessagePolicy',
  'imagePullPolicy',
]);
/**
 * Variables by which the author would change what the sidecar is, switch Envoy off, or have it trust another authority; those of
 * Istio’s documentation for telemetry may be set.
 */
export const FORBIDDEN_VARIABLE =
  /^(?:PROXY_CONFIG|DISABLE_ENVOY|CA_ADDR|CA_PROVIDER|.*_ROOT_CA|ISTIOD_SAN|ISTIO_BOOTSTRAP|ISTIO_BOOTSTRAP_OVERRIDE|PILOT_CERT_PROVIDER|ISTIO_META_INTERCEPTION_MODE|LD_.*|GODEBUG|TRUST_DOMAIN|ISTIO_KUBE_APP_PROBERS|POD_NAME|POD_NAMESPACE|SERVICE_ACCOUNT)$/;

/** What an author may not change of our containers. */
export function overrideProblems(overrides: readonly Namesake[]): readonly Problem[] {
  return overrides.flatMap(({ container, path }) => {
    if (container.name !== SIDECAR)
      return [{ path, message: `the container ${container.name} may not be overridden; remove it` }];
    const given = Object.keys(container).filter((key) => (container as Json)[key] !== null);
    const fields = given.sort().filter((key) => !ALLOWED.has(key) && !DEFAULTED.has(key));
    const variables = listOf(container, 'env')
      .map((variable) => asText(variable.name))
      .filter((name) => FORBIDDEN_VARIABLE.test(name));
    return [
      ...fields.map((field) => ({
        path: path + pointer(field),
        message: `the field ${field} may not be overridden; remove it`,
      })),
      ...variables.map((name) => ({
        path: `${path}/env`,
        message: `the variable ${name} may not be overridden; remove it`,
      })),
    ];
  });
}

const listOf = (container: object, field: string): readonly Json[] => {
  const list = (container as Json)[field];
  return Array.isArray(list) ? list.filter(isObject) : [];
};

/**
 * Our container with the author’s over it. The author’s comes first and last, as in Istio, so that lists keep his order and his
 * word counts.
 */
export function withOverride(rendered: Rendered, override: Json): Rendered {
  const { image, ...fields } = override;
  const over =
    image === undefined || image === null || image === '' || image === 'auto' ? fields : { ...fields, image };
  const under = Object.fromEntries(Object.entries(override).filter(([, value]) => value !== null));
  const mounts = listOf(over, 'volumeMounts').filter(({ mountPath }) => mountPath !== TOKEN_DIRECTORY);
  const own = Array.isArray(over.volumeMounts) ? { ...over, volumeMounts: mounts } : over;
  return sortedKeys(mergedContainer(mergedContainer(under, rendered), own)) as Rendered;
}

/**
 * The containers with the users of an overridden proxy: the redirect lets the traffic of that user out, and what checks the
 * redirect runs as the same user. A proxy with TPROXY has to be root.
 */
export function withUsers(redirect: Rendered | undefined, proxy: Rendered, override: Json, tproxy: boolean) {
  const context = fieldsOf(override.securityContext);
  const { runAsUser, runAsGroup } = context as { runAsUser?: unknown; runAsGroup?: unknown };
  if (redirect === undefined || (typeof runAsUser !== 'number' && typeof runAsGroup !== 'number'))
    return { redirect, proxy };
  const users = {
    ...(typeof runAsUser === 'number' ? { runAsUser } : {}),
    ...(typeof runAsGroup === 'number' ? { runAsGroup } : {}),
  };
  const checks = !tproxy && redirect.name === VALIDATION;
  return {
    redirect: withUserArgument(checks ? withContext(redirect, users) : redirect, runAsUser),
    proxy: tproxy && typeof runAsUser === 'number' ? withContext(proxy, { runAsUser: 0 }) : proxy,
  };
}

const withContext = (container: Rendered, users: object): Rendered => ({
  ...container,
  securityContext: { ...(container.securityContext as object), ...users },
});

function withUserArgument(container: Rendered, user: unknown): Rendered {
  const args: readonly unknown[] = Array.isArray(container.args) ? container.args : [];
  const flag = args.indexOf('-u');
  if (typeof user !== 'number' || user === 0 || flag < 0) return container;
  return { ...container, args: args.with(flag + 1, String(user)) };
}
