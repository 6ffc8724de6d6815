import type { Service } from '../core/kubernetes/service.ts';
import type { Problem } from '../core/problem/problem.ts';
import { readTrafficService, type TrafficJudge, type TrafficService } from '../core/traffic/traffic-service.ts';
import type { AcceptedText } from './accepted-values.ts';

/** A Service that is said to have the annotation. */
export interface WantedService {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

/** What a Service said when it was read. */
export interface Said {
  readonly of: WantedService;
  /** Undefined where it says nothing any more. */
  readonly read: { readonly service: Service; readonly text: string } | undefined;
}

/** What is known of a Service that says something about its traffic. */
export interface JudgedService {
  readonly said: Said;
  readonly judgedBy: TrafficJudge['company'];
  /** What counts; the last that was accepted. */
  readonly service: TrafficService | undefined;
  /** As it was written. */
  readonly accepted: AcceptedText | undefined;
  /** Why what it says now is not accepted; empty where it is. */
  readonly problems: readonly Problem[];
}

/**
 * Judges what a Service says.
 * @param before what is known of the one of this name; what it said counts on where the new is not accepted
 * @param kept what was known of it before this process began
 */
export function judgedService(
  said: Said,
  judge: TrafficJudge,
  before: JudgedService | undefined,
  kept: AcceptedText | undefined,
): JudgedService {
  const { of, read } = said;
  const known = { said, judgedBy: judge.company };
  if (read === undefined) return { ...known, service: undefined, accepted: undefined, problems: [] };
  const { service, text } = read;
  const judged = readTrafficService(service, of.namespace, text, judge);
  const uid = of.uid ?? '';
  if ('service' in judged) return { ...known, service: judged.service, accepted: { uid, text }, problems: [] };
  // one of the same name that was made anew has nothing to do with the one before
  const accepted = [before?.accepted, kept].find((one) => one?.uid === uid);
  const { problems } = judged;
  if (accepted === undefined) return { ...known, service: undefined, accepted, problems };
  const again = readTrafficService(service, of.namespace, accepted.text, judge);
  // what is judged by may have changed since, and the Service too
  const standing = before?.accepted === accepted ? before.service : undefined;
  return { ...known, service: 'service' in again ? again.service : standing, accepted, problems };
}
