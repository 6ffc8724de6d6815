import { shellWord } from '../../core/problem/shell-word.ts';
import { ApiError } from '../api-error.ts';

// as the API server words a refusal of RBAC
const REFUSAL =
  /User "([^"]+)" cannot (\w+) resource "([^"]+)" in API group "([^"]*)" (?:in the namespace "([^"]+)"|at the cluster scope)/;

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** Whether the API server said that somebody may not. */
export const isForbidden = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 403;

/**
 * The command by which whoever administers the cluster grants what was refused.
 * @returns undefined when the refusal does not say what it was about
 */
function grantFor({ message }: ApiError): string | undefined {
  const [, user = '', , resource = '', group = '', namespace] = REFUSAL.exec(message) ?? [];
  if (user === '') return undefined;
  const [, inNamespace, name] = SERVICE_ACCOUNT.exec(user) ?? [];
  const whom = name === undefined ? `--user=${user}` : `--serviceaccount=${inNamespace}:${name}`;
  // view is a role that every cluster has; it covers workloads, pods and Services of a namespace, and the namespace itself
  if (namespace !== undefined)
    return `kubectl -n ${shellWord(namespace)} create rolebinding pillion-explain --clusterrole=view ${shellWord(whom)}`;
  const what = group === '' ? resource : `${resource}.${group}`;
  const role = `pillion-explain-${resource}`;
  return `kubectl create clusterrole ${shellWord(role)} --verb=get,list --resource=${shellWord(what)} && kubectl create clusterrolebinding ${shellWord(role)} --clusterrole=${shellWord(role)} ${shellWord(whom)}`;
}

/** What was refused, and who grants it by which command. */
export function refusalText(error: ApiError): string {
  const grant = grantFor(error);
  // beside the command itself, the way out that every message has says less
  const [said = ''] = error.message.split('; grant it');
  return grant === undefined ? error.message : `${said}; whoever administers the cluster grants it by: ${grant}`;
}
