import { type Finding, orOk, problem, skipped, someOf, warning } from '../../../core/doctor/finding.ts';
import { timeLeft } from '../../../core/doctor/time-left.ts';
import type { Check } from '../examine.ts';

// a serving certificate of ours is renewed when a third of its time is left
const SOON = 0.15;

/** Whether what each replica really serves is trusted by the caBundle of every hook, and for how long it is valid. */
export const servingChain: Check = async (patient) => {
  const { namespace, installation } = patient;
  const { addresses, served } = await patient.serving();
  const silent = addresses.filter((address) => !served.some((each) => each.address === address));
  if (served.length === 0)
    return [
      skipped(
        silent.length === 0
          ? 'the hooks lead to no address'
          : `nobody answers from here at ${someOf(silent)}; helm test looks from inside of the cluster`,
      ),
    ];
  const next = `kubectl -n ${namespace} rollout restart deployment ${installation}`;
  const now = patient.now().getTime();
  const refused = new Map<string, Set<string>>();
  for (const { address, refusedBecause } of served)
    if (refusedBecause !== undefined)
      refused.set(refusedBecause, new Set([...(refused.get(refusedBecause) ?? []), address]));
  const lasting = served.flatMap(({ address, certificate }) =>
    certificate === undefined
      ? []
      : [{ address, from: Date.parse(certificate.validFrom), until: Date.parse(certificate.validTo) }],
  );
  const first = lasting.toSorted((one, other) => one.until - other.until)[0];
  const found: readonly Finding[] = [
    ...[...refused].map(([reason, addresses]) =>
      problem(
        `what is served at ${someOf([...addresses])} the API server refuses: ${reason}`,
        `openssl s_client -connect ${[...addresses][0]} -showcerts </dev/null`,
      ),
    ),
    ...(first === undefined || first.until - now > SOON * (first.until - first.from)
      ? []
      : [
          first.until < now
            ? problem(`what is served at ${first.address} has expired`, next)
            : warning(
                `what is served at ${first.address} ends in ${timeLeft(first.until, now)}, and should have been renewed`,
                next,
              ),
        ]),
    ...(silent.length === 0
      ? []
      : [warning(`nobody answers at ${someOf(silent)}`, `kubectl -n ${namespace} get endpointslices`)]),
  ];
  const until = first === undefined ? '' : `; the first ends in ${timeLeft(first.until, now)}`;
  return orOk(found, `every caBundle trusts what is served at ${someOf(addresses)}${until}`);
};
