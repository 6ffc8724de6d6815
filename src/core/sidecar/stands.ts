import { isObject } from '../json/is-object.ts';
import { quantityValue } from '../kubernetes/quantity.ts';

/**
 * What the API server writes into a container or volume that leaves it out (Kubernetes v1.37, pkg/apis/core/v1/defaults.go).
 * Nothing else may stand beside what is rendered: a mount, a variable or a second item could give Envoy another
 * configuration or other rights.
 */
export const SERVER_DEFAULTS: ReadonlySet<string> = new Set([
  'apiVersion',
  'defaultMode',
  'imagePullPolicy',
  'initialDelaySeconds',
  'procMount',
  'protocol',
  'recursiveReadOnly',
  'scheme',
  'successThreshold',
  'terminationMessagePath',
  'terminationMessagePolicy',
]);

/** Whether a rendered part stands in a pod: exactly as it is rendered, but for what the API server itself adds. */
export function stands(rendered: unknown, standing: unknown): boolean {
  if (Array.isArray(rendered))
    return (
      Array.isArray(standing) &&
      standing.length === rendered.length &&
      rendered.every((item, index) => stands(item, standing[index]))
    );
  if (!isObject(rendered)) return rendered === standing;
  if (!isObject(standing)) return false;
  if (isSourceless(rendered) && isObject(standing.emptyDir))
    return (
      standing.name === rendered.name &&
      Object.keys(standing.emptyDir).length === 0 &&
      Object.keys(standing).length === 2
    );
  const added = Object.keys(standing).filter((key) => !Object.hasOwn(rendered, key));
  return (
    added.every((key) => SERVER_DEFAULTS.has(key)) &&
    Object.entries(rendered).every(([key, value]) =>
      key === 'resources' ? resourcesStand(value, standing[key]) : stands(value, standing[key] ?? emptyOf(value)),
    )
  );
}

// a volume without a source becomes an empty directory
const isSourceless = (rendered: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(rendered).length === 1 && typeof rendered.name === 'string';

// Go leaves an empty text out
const emptyOf = (value: unknown): unknown => (value === '' ? '' : undefined);

// the API server writes quantities in its own spelling (2000m becomes 2), and a LimitRange adds amounts that nobody set
function resourcesStand(rendered: unknown, standing: unknown): boolean {
  if (!isObject(rendered) || !isObject(standing)) return rendered === standing;
  return Object.entries(rendered).every(([kind, amounts]) => {
    const there = standing[kind];
    if (!isObject(amounts) || !isObject(there)) return false;
    return Object.entries(amounts).every(([name, amount]) => sameQuantity(amount, there[name]));
  });
}

/** Whether two amounts are the same, however they are spelled. */
export const sameQuantity = (one: unknown, other: unknown): boolean =>
  one === other ||
  (typeof one === 'string' && typeof other === 'string' && quantityValue(one) === quantityValue(other));
