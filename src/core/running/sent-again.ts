import { askOf } from '../decision/opt-in/ask.ts';
import { readPod } from '../kubernetes/pod.ts';
import { asSent } from './as-sent.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * A running pod as whoever makes it would send it again: without its sidecar. One whose status claims to have written the pod’s own mark, or
 * does not let itself be taken back, is sent as it stands.
 */
export function sentAgain(pod: Json, podKey: string): Json {
  let sent: unknown;
  try {
    sent = asSent(pod);
  } catch {
    // the operations come from a status that anybody can write
    return pod;
  }
  const [before, after] = [readPod(pod), readPod(sent)];
  if ('problems' in before || 'problems' in after) return pod;
  const [asked, asks] = [askOf(before.pod, podKey), askOf(after.pod, podKey)];
  return asked.label === asks.label && asked.annotation === asks.annotation ? (sent as Json) : pod;
}
