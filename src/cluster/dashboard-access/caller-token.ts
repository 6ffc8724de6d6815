import type { HttpTransport } from '../transport.ts';
import { textOf } from '../transport.ts';
import { NoDashboard } from './no-dashboard.ts';
import { needing } from './rights.ts';

/** Resolves with the token that says who reads the dashboard, as it is now. Rejects with NoDashboard, or as reading it does. */
export type CallerToken = () => Promise<string>;

const BEARER = /^Bearer (\S+)$/;

/** The token with which the kubeconfig calls the API server. A certificate proves nothing to Pillion, which does not talk to its owner itself. */
export const kubeconfigToken =
  (transport: HttpTransport): CallerToken =>
  async () => {
    const { headers = {} } = await transport.credentials();
    const [, token] = BEARER.exec(String((headers as Record<string, unknown>).Authorization ?? '')) ?? [];
    if (token !== undefined) return token;
    throw new NoDashboard(
      'the user of the kubeconfig has no token, as is so of one with a client certificate, and the dashboard has to know who reads it. Give a token by --token-file FILE, or act as a service account by --as-service-account NAME',
    );
  };

/** A token of a file, read anew each time, since somebody renews it there. */
export const fileToken =
  (path: string, readFile: (path: string) => Promise<string>): CallerToken =>
  async () => {
    const text = await readFile(path).catch((cause: Error) => {
      throw new NoDashboard(`cannot read --token-file ${path}: ${cause.message}`, cause);
    });
    const token = text.trim();
    if (/^\S+$/.test(token)) return token;
    throw new NoDashboard(`--token-file ${path} holds no token: it has to be one word and nothing else`);
  };

const ASKED_SECONDS = 3_600;
const CALL_WITHIN_MS = 10_000;
// a token is replaced when a fifth of its time is left, as the kubelet does
const USED_SHARE = 0.8;

/** Tokens of a service account, each asked for by the TokenRequest API when the one before nears its end. */
export function serviceAccountToken(
  transport: HttpTransport,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  now: () => Date,
): CallerToken {
  let held: { readonly token: string; readonly untilMs: number } | undefined;
  const account = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}`;
  const ask = async () => {
    const response = await transport.open({
      method: 'POST',
      path: `${account}/token`,
      body: JSON.stringify({
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: ASKED_SECONDS },
      }),
      signal: AbortSignal.timeout(CALL_WITHIN_MS),
    });
    const { status } = JSON.parse(await textOf(response)) as {
      readonly status: { readonly token: string; readonly expirationTimestamp: string };
    };
    return { token: status.token, endsMs: Date.parse(status.expirationTimestamp) };
  };
  return async () => {
    const atMs = now().getTime();
    if (held === undefined || atMs >= held.untilMs) {
      const { token, endsMs } = await needing('ask for a token of a service account', namespace, transport, ask);
      held = { token, untilMs: atMs + (endsMs - atMs) * USED_SHARE };
    }
    return held.token;
  };
}
