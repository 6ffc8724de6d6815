import { createHash } from 'node:crypto';
import type { ReadRight } from '../../cluster/dashboard-readers/access-review.ts';
import type { Reader } from '../../cluster/dashboard-readers/token-review.ts';
import { printable } from '../../core/problem/printable.ts';
import { shellWord } from '../../core/problem/shell-word.ts';
import { Refused } from './refusals.ts';

/** The ClusterRole of the chart that has what readers need, bound to nobody. */
const READER_ROLE = 'pillion-dashboard-reader';

/** That somebody lacks a right, with the command that grants it. */
export function lacking(reader: Reader, { group, resource, namespace }: ReadRight): Refused {
  const what = group === '' ? resource : `${resource}.${group}`;
  const where = namespace === undefined ? 'in all namespaces' : `in the namespace ${namespace}`;
  const whole = `kubectl create clusterrolebinding ${bindingName(reader)} --clusterrole=${READER_ROLE} ${subject(reader)}`;
  const one = (name: string) =>
    `kubectl create rolebinding ${bindingName(reader)} -n ${shellWord(name)} --clusterrole=${READER_ROLE} ${subject(reader)}`;
  const next =
    namespace === undefined
      ? `Whoever runs the cluster grants it by \`${whole}\`.`
      : `Whoever runs the cluster grants it by \`${one(namespace)}\`.`;
  return new Refused(403, `${printable(reader.username)} may not list ${what} ${where}.`, next);
}

/** That somebody may see no namespace at all. */
export function seeingNothing(reader: Reader): Refused {
  const command = `kubectl create rolebinding ${bindingName(reader)} -n NAMESPACE --clusterrole=${READER_ROLE} ${subject(reader)}`;
  return new Refused(
    403,
    `${printable(reader.username)} may list pods in no namespace.`,
    `Whoever runs the cluster grants it for one by \`${command}\`.`,
  );
}

/** That a cluster is too large to ask for each namespace. */
export const tooManyNamespaces = (namespaces: number): Refused =>
  new Refused(
    403,
    `There are ${namespaces.toLocaleString('en')} namespaces, too many to ask in which of them you may list pods.`,
    'Name the one that you mean in the field Namespace (namespace, for whoever calls the API), or have the right for all of them.',
  );

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

function subject({ username }: Reader): string {
  const [, namespace, name] = SERVICE_ACCOUNT.exec(username) ?? [];
  return name === undefined ? `--user=${shellWord(username)}` : `--serviceaccount=${shellWord(`${namespace}:${name}`)}`;
}

// names of users hold what names of objects may not
const bindingName = ({ username }: Reader): string => {
  const readable = username
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(-40);
  return `pillion-reader-${readable || 'of'}-${createHash('sha256').update(username).digest('hex').slice(0, 6)}`;
};
