import Table from 'cli-table3';
import { SIDECAR } from '../../src/core/sidecar/names.ts';
import type { ApiClient } from '../cluster/api-client.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import { creationsIn } from './creations.ts';
import type { LoadPod } from './steady-load.ts';

/** What became of the pods of one disturbance: numbers of pods. */
export interface Losses {
  readonly asked: { readonly injected: number; readonly bare: number; readonly refused: number };
  readonly silent: { readonly plain: number; readonly touched: number; readonly refused: number };
  /** Pods whose creation had to be tried again because the API server was away. */
  readonly triedAgain: number;
}

export interface Row extends Losses {
  readonly disturbance: string;
  readonly seconds: number;
  readonly slowestMs: number;
}

interface StoredPod {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<'containers' | 'initContainers', readonly { readonly name: string }[] | undefined>>;
}

/** The names of the pods that are stored in a namespace, by whether they carry the sidecar. */
export async function sidecarsIn(
  api: ApiClient,
  namespace: string,
): Promise<{ readonly dressed: readonly string[]; readonly bare: readonly string[] }> {
  const { body } = await api.call('GET', `/api/v1/namespaces/${namespace}/pods`);
  const carries = ({ spec }: StoredPod) =>
    [...(spec.containers ?? []), ...(spec.initContainers ?? [])].some(({ name }) => name === SIDECAR);
  const stored = body.items as readonly StoredPod[];
  const names = (dressed: boolean) =>
    stored.filter((pod) => carries(pod) === dressed).map(({ metadata }) => metadata.name);
  return { dressed: names(true), bare: names(false) };
}

/** Counts from the audit log what was created and refused, and from the stored pods whether they carry the sidecar. */
export async function lossesOf(
  controlPlane: ControlPlane,
  api: ApiClient,
  namespace: string,
  load: readonly LoadPod[],
): Promise<Losses> {
  const { injected: logged, plain: loggedPlain, refused } = await creationsIn(controlPlane, namespace);
  const stored = await sidecarsIn(api, namespace);
  // an API server that is ended may have stored a pod and not have written its line any more; its creator had to ask again
  const unlogged = new Set(
    load
      .filter(({ name, retries }) => retries > 0 && !logged.has(name) && !loggedPlain.has(name))
      .map(({ name }) => name),
  );
  const injected = new Set([...logged, ...stored.dressed.filter((name) => unlogged.has(name))]);
  const plain = new Set([...loggedPlain, ...stored.bare.filter((name) => unlogged.has(name))]);
  const bare = new Set(stored.bare);
  const asks = (name: string) => name.startsWith('asks-');
  const count = (names: Iterable<string>, kind: boolean) => [...names].filter((name) => asks(name) === kind).length;
  // a pod that says in the log that it was injected and stands there bare counts as bare
  const dressed = [...injected].filter((name) => !bare.has(name));
  const naked = new Set([...plain, ...bare]);
  return {
    asked: {
      injected: count(dressed, true),
      bare: count(naked, true),
      refused: count(
        refused.map(({ name }) => name),
        true,
      ),
    },
    silent: {
      plain: count(plain, false),
      touched: count(injected, false),
      refused: count(
        refused.map(({ name }) => name),
        false,
      ),
    },
    triedAgain: load.filter(({ retries }) => retries > 0).length,
  };
}

/** The table that is shown after the tests. */
export function lossTable(rows: readonly Row[]): string {
  const table = new Table({
    head: [
      ...['disturbance', 'asked', 'injected', 'bare', 'refused', 'silent', 'created', 'touched', 'refused'],
      ...['tried again', 'slowest', 'over'],
    ],
    style: { head: [], border: [], compact: true },
  });
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
  for (const { disturbance, asked, silent, triedAgain, slowestMs, seconds } of rows)
    table.push([
      ...[disturbance, sum(asked), asked.injected, asked.bare, asked.refused],
      ...[sum(silent), silent.plain, silent.touched, silent.refused],
      ...[triedAgain, `${Math.round(slowestMs)} ms`, `${Math.round(seconds)} s`],
    ]);
  return `\n${table.toString()}\n`;
}
