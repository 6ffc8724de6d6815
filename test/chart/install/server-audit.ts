import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NAMESPACE } from '../helm-runs.ts';

/** Who the chart's pods are at the API server. */
const SERVER_USER = `system:serviceaccount:${NAMESPACE}:pillion`;

const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: [SERVER_USER] }, { level: 'None' }],
};

/** Flags for kube-apiserver by which its audit log holds every request of the server, and nothing else. */
export async function auditOfServer(folder: string): Promise<string[]> {
  const path = join(folder, 'audit-of-server.json');
  await writeFile(path, JSON.stringify(POLICY));
  return [`--audit-policy-file=${path}`];
}

/** One request of the server, as far as it is read. */
export interface Request {
  readonly verb: string;
  readonly requestURI: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

/** What the server has asked of the API server so far, oldest first. */
export async function requestsIn(auditLog: string): Promise<Request[]> {
  const lines = (await readFile(auditLog, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Request);
}
