import { randomBytes } from 'node:crypto';
import { callersOf } from '../../cluster/probe/callers.ts';
import { installedImage } from '../../cluster/probe/installed-image.ts';
import { runProbe } from '../../cluster/probe/run-probe.ts';
import type { KubeTransport } from '../../cluster/transport.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import { Fault } from '../../core/problem/faults.ts';
import { carriedBy } from '../../core/verification/carried.ts';
import { judgeFeatures, judgeUntreated } from '../../core/verification/judge-features.ts';
import type { ProbePlan } from '../../core/verification/probe-plan.ts';
import { calledUrl, probePod, STARTS_WITHIN_SECONDS } from '../../core/verification/probe-pod.ts';
import { takenRoute } from '../../core/verification/taken-route.ts';
import { concluded, type OutdatedCaller, type Verification } from '../../core/verification/verification.ts';
import type { Destination } from '../../core/xds/resilience/destination.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { verificationText } from '../output/verification.ts';
import { activePolicy, type PolicyFlags } from '../policy-sources.ts';
import { probePlan, serviceReference } from '../probe-flags.ts';
import { neededRights } from '../probe-rights.ts';
import { triedProbe } from '../tried-probe.ts';
import { type VerifiedService, verifiedService } from '../verified-service.ts';

export interface TrafficVerifyFlags extends PolicyFlags, ClusterFlags, ProbePlan {
  readonly namespace: string;
  readonly image?: string;
  readonly installedAs: string;
  readonly output: OutputFormat;
}

const EXIT = { acts: 0, 'does-not-act': 1, 'nothing-exercised': 3 } as const;

/**
 * `pillion traffic verify SERVICE`: sends a bounded load to a Service from a pod of its own, and says by what its sidecar counted and by what came back
 * whether timeout, retries and limits act as they are set.
 * @returns 0 when something acted and nothing that had to did not, 1 when something does not act, 3 when nothing was exercised
 * @throws Fault PIL001, PIL002, PIL003, PIL004, PIL006, PIL007, PIL008
 */
export async function trafficVerify(
  service: string,
  flags: TrafficVerifyFlags,
  environment: Environment,
): Promise<number> {
  const where = serviceReference(service, flags.namespace);
  const plan = probePlan(flags);
  const { trafficDefaults: company, spec } = await activePolicy(flags, environment);
  const stopping = new AbortController();
  const stopped = new Fault('PIL007', [{ path: '', message: 'it was interrupted' }]);
  const forget = environment.onInterrupt(() => stopping.abort(stopped));
  try {
    const verification = await withCluster(flags, (transport) =>
      neededRights(where.namespace, flags, async () => {
        const { signal } = stopping;
        const judge = { company, today: isoDay(environment.now()) };
        const verified = await verifiedService(transport, where, judge, signal);
        return await verify({ transport, verified, plan, asks: spec.optIn.podKey, flags, signal, environment });
      }),
    );
    const conclusion = concluded(verification);
    environment.stdout(
      flags.output === 'human'
        ? verificationText(verification, environment.colour)
        : structured({ conclusion, ...verification }, flags.output),
    );
    return EXIT[conclusion];
  } finally {
    forget();
  }
}

interface Verifying {
  readonly transport: KubeTransport;
  readonly verified: VerifiedService;
  readonly plan: ProbePlan;
  /** The annotation by which a pod asks for a sidecar. */
  readonly asks: string;
  readonly flags: TrafficVerifyFlags;
  readonly signal: AbortSignal;
  readonly environment: Environment;
}

async function verify(verifying: Verifying): Promise<Verification> {
  const { transport, verified, plan, asks, flags, signal } = verifying;
  const { destination, leftOut } = verified;
  const { namespace } = flags;
  const service = `${destination.namespace}/${destination.name}`;
  const name = `pillion-probe-${randomBytes(5).toString('hex')}`;
  const image = await imageOf(transport, flags, signal);
  const manifest = probePod({ name, image, asks }, destination, plan);
  const carried = await triedProbe(transport, namespace, manifest, destination, signal);
  const callers = await callersOf(transport, namespace, service, signal);
  const known = {
    ...{ service, namespace, url: calledUrl(destination, plan), plan },
    ...{ route: takenRoute(destination, plan).route.name, leftOut, newPods: carried.values },
    ...(callers && {
      callers: {
        count: callers.length,
        outdated: callers.flatMap(({ pod, configuration }) => outdated(pod, configuration, destination)),
      },
    }),
  };
  if (carried.values === 'nothing') {
    const because = `the sidecars of new pods in ${namespace} do nothing with these requests: their profile has no feature Resilience, or the webhook has not taken what the Service says`;
    return { ...known, sent: 0, answers: [], features: judgeUntreated(destination, plan, because) };
  }
  const report = await probe(verifying, name, manifest);
  return { ...known, sent: report.sent, answers: report.answers, features: judgeFeatures(destination, plan, report) };
}

async function probe({ transport, plan, flags, signal, environment }: Verifying, name: string, manifest: object) {
  const { namespace } = flags;
  environment.stderr(
    `the pod ${namespace}/${name} sends at most ${plan.requests} requests, ${plan.concurrency} at once, for ${plan.seconds} s: real traffic, which the service answers and counts\n`,
  );
  const ending = await runProbe(transport, {
    ...{ namespace, name, manifest, signal },
    withinMs: 1_000 * (STARTS_WITHIN_SECONDS + plan.seconds),
    onLeft: ({ message }) =>
      environment.stderr(
        `the pod could not be deleted: ${message}; it ends by itself, then: kubectl delete pod ${name} -n ${namespace}\n`,
      ),
  });
  if ('problem' in ending)
    throw new Fault('PIL007', [{ path: '', message: `the probe saw nothing: ${ending.problem}` }]);
  return ending;
}

/** The image that is named, or the one that Pillion itself runs in this cluster. */
async function imageOf(transport: KubeTransport, flags: TrafficVerifyFlags, signal: AbortSignal): Promise<string> {
  const { image, ownNamespace, installedAs } = flags;
  const found = image ?? (await installedImage(transport, { namespace: ownNamespace, name: installedAs }, signal));
  if (found !== undefined) return found;
  const message = `there is no Deployment ${ownNamespace}/${installedAs} with Pillion’s image; name the image with --image, or the installation with --own-namespace and --installed-as`;
  throw new Fault('PIL004', [{ path: '', message }]);
}

function outdated(pod: string, configuration: string, destination: Destination): readonly OutdatedCaller[] {
  const { values } = carriedBy(configuration, destination);
  return values === 'same' ? [] : [{ pod, values }];
}
