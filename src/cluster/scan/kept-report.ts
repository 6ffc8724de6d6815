import { isDeepStrictEqual } from 'node:util';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { type ScanReport, toMend } from '../../core/scan/scan-report.ts';
import type { OwnerReference } from '../owner-reference.ts';
import { readJson } from '../read-json.ts';
import { FIELD_MANAGER } from '../registration/registered-objects.ts';
import type { KubeTransport } from '../transport.ts';

const COLLECTION = '/apis/pillion.io/v1alpha1/injectionreports';

/** The name of the one report. */
const REPORT_NAME = 'default';

const CALL_WITHIN_MS = 10_000;

// so long a report that says the same stands, before it is written again to show that somebody still looks
const WRITTEN_WITHIN_MS = 600_000;

/** The report as the object of the cluster tells it, but for the time. */
function statusOf(report: ScanReport, { name, revision }: Pick<ActivePolicy, 'name' | 'revision'>) {
  const open = toMend(report.pods);
  const message =
    open === 0
      ? 'every running pod is as the policy wants it'
      : `${open} running pods are not as the policy wants them; findings says what to do`;
  return {
    policy: { name, revision },
    ...report,
    condition: { status: open === 0 ? 'True' : 'False', reason: open === 0 ? 'AsWanted' : 'PodsDiffer', message },
  };
}

interface StandingCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
}

/** The object InjectionReport of the cluster. */
export class KeptReport {
  readonly #transport: KubeTransport;
  readonly #owner: () => Promise<OwnerReference>;
  #written: { readonly status: ReturnType<typeof statusOf>; readonly atMs: number; readonly since: string } | undefined;

  /** @param owner when it is gone, so is the report */
  constructor(transport: KubeTransport, owner: () => Promise<OwnerReference>) {
    this.#transport = transport;
    this.#owner = owner;
  }

  /**
   * Writes what was found; what says the same is written every ten minutes.
   * @throws ApiError, ClusterUnreachable, TimeoutError, and what the reading of the owner throws
   */
  async write(
    report: ScanReport,
    policy: Pick<ActivePolicy, 'name' | 'revision'>,
    now: Date,
    signal: AbortSignal,
  ): Promise<void> {
    const status = statusOf(report, policy);
    const before = this.#written;
    if (before && isDeepStrictEqual(before.status, status) && now.getTime() - before.atMs < WRITTEN_WITHIN_MS) return;
    const observedAt = now.toISOString().replace(/\.\d+Z$/, 'Z');
    const { condition, ...told } = status;
    const standing = before
      ? { status: before.status.condition.status, lastTransitionTime: before.since }
      : await this.#standing(signal);
    const since = standing?.status === condition.status ? standing.lastTransitionTime : observedAt;
    const conditions = [{ type: 'AsWanted', ...condition, lastTransitionTime: since }];
    const object = { apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionReport', metadata: { name: REPORT_NAME } };
    const owned = { ...object, metadata: { ...object.metadata, ownerReferences: [await this.#owner()] } };
    await this.#apply('', owned, signal);
    await this.#apply('/status', { ...object, status: { observedAt, ...told, conditions } }, signal);
    this.#written = { status, atMs: now.getTime(), since };
  }

  /** The condition that another replica wrote, or this one before it was started anew. */
  async #standing(signal: AbortSignal): Promise<StandingCondition | undefined> {
    const object = await readJson<{ readonly status?: { readonly conditions?: readonly StandingCondition[] } }>(
      this.#transport,
      `${COLLECTION}/${REPORT_NAME}`,
      signal,
    );
    return object?.status?.conditions?.find(({ type }) => type === 'AsWanted');
  }

  async #apply(subresource: string, object: object, signal: AbortSignal): Promise<void> {
    const response = await this.#transport.open({
      method: 'PATCH',
      path: `${COLLECTION}/${REPORT_NAME}${subresource}?fieldManager=${FIELD_MANAGER}&force=true`,
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(object),
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]),
    });
    response.resume();
  }
}
