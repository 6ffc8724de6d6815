import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../processes/free-port.ts';
import type { Guard } from '../processes/guard.ts';
import { findPrometheus } from '../tools/prometheus.ts';

/** What a query returns of one series. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The values that one series had, in the order of time. */
export interface History {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** A target, or what relabeling has thrown away. */
export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

/** A running Prometheus that scrapes and evaluates once a second. */
export interface Prometheus {
  readonly url: string;
  /** The value of an expression now. */
  query(expression: string): Promise<readonly Sample[]>;
  /** The values of an expression in every second since. */
  history(expression: string, since: Date): Promise<readonly History[]>;
  targets(): Promise<readonly Target[]>;
  /** How many series its head block has. */
  headSeries(): Promise<number>;
}

const READY_WITHIN_MS = 90_000;

/**
 * Starts one on this machine, whose processes reach the pods of the tests. It ends with the guard.
 * @param scrapeConfigs as they stand in its configuration; of its own address, for one that reads itself
 * @param groups of rules, recording and alerting
 */
export async function startPrometheus(
  guard: Guard,
  name: string,
  scrapeConfigs: readonly object[] | ((itself: string) => readonly object[]),
  groups: readonly object[] = [],
): Promise<Prometheus> {
  const command = await findPrometheus();
  const url = `http://127.0.0.1:${await freePort()}`;
  const configs = typeof scrapeConfigs === 'function' ? scrapeConfigs(new URL(url).host) : scrapeConfigs;
  const file = (leaf: string) => join(guard.folder, `${name}-${leaf}`);
  await writeFile(file('rules.yaml'), stringify({ groups: groups.map((group) => ({ ...group, interval: '1s' })) }));
  const configuration = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [file('rules.yaml')],
    scrape_configs: configs.map((config) => ({ ...config, scrape_interval: '1s' })),
  };
  await writeFile(file('prometheus.yaml'), stringify(configuration));
  const started = await guard.start({
    command,
    args: [
      `--config.file=${file('prometheus.yaml')}`,
      `--storage.tsdb.path=${file('data')}`,
      `--web.listen-address=${new URL(url).host}`,
    ],
    log: file('prometheus.log'),
  });
  const ended = started.exited.then(async () => {
    throw new Error(`prometheus ended before it was ready: ${await readFile(file('prometheus.log'), 'utf8')}`);
  });
  // later it is told to end
  ended.catch(() => {});
  await Promise.race([ready(url), ended]);

  return {
    url,
    async headSeries() {
      return (await ask<{ headStats: { numSeries: number } }>(url, 'status/tsdb', {})).headStats.numSeries;
    },
    async query(expression) {
      const { result } = await ask<{ result: { metric: Sample['labels']; value: [number, string] }[] }>(url, 'query', {
        query: expression,
      });
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async history(expression, since) {
      const span = { start: since.toISOString(), end: new Date().toISOString(), step: '1' };
      const { result } = await ask<{ result: { metric: Sample['labels']; values: [number, string][] }[] }>(
        url,
        'query_range',
        { query: expression, ...span },
      );
      return result.map(({ metric, values }) => ({ labels: metric, values: values.map(([, text]) => Number(text)) }));
    },
    async targets() {
      return (await ask<{ activeTargets: Target[] }>(url, 'targets', { state: 'active' })).activeTargets;
    },
  };
}

async function ready(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await sleep(50);
  }
  throw new Error(`prometheus was not ready after ${READY_WITHIN_MS / 1000} s`);
}

/** Asks its HTTP API; rejects with what it says to an expression that it does not take. */
async function ask<T>(url: string, what: string, parameters: Readonly<Record<string, string>>): Promise<T> {
  const answer = await fetch(`${url}/api/v1/${what}?${new URLSearchParams(parameters)}`);
  const { status, data, error } = (await answer.json()) as {
    readonly status: string;
    readonly data: T;
    readonly error?: string;
  };
  if (status !== 'success') throw new Error(`${parameters.query ?? what}: ${error}`);
  return data;
}
