import type { Progress } from '../../scripts/progress.mjs';
import { findPeerPrograms, istioVersion } from '../istio/peer-programs.ts';
import type { LoadSize } from './https/load.ts';
import { type HandlerFigure, measureHandlers } from './peer/handlers.ts';
import { measurePeerHttps, type PeerHttpsFigure } from './peer/https.ts';
import type { PeerFigures } from './peer/report.ts';
import { LARGE, ORDINARY } from './reviews.ts';

const HANDLER_ROUNDS = { rounds: 21, roundMs: 300 };
const HTTPS_ROUNDS = 7;
// a round is to take Istio's handler a few seconds
const LOADS: readonly { readonly review: typeof ORDINARY; readonly load: LoadSize }[] = [
  { review: ORDINARY, load: { requests: 600, sessions: 4, streams: 8 } },
  { review: LARGE, load: { requests: 160, sessions: 4, streams: 8 } },
];

/** Istio’s injection handler against ours on the same bytes: in process, and over HTTPS. Builds Istio’s if need be. */
export async function measurePeer(progress: Progress): Promise<PeerFigures> {
  const { injector } = await findPeerPrograms(['injector'], { progress });
  const handlers: HandlerFigure[] = [];
  const https: PeerHttpsFigure[] = [];
  for (const { review, load } of LOADS) {
    const inProcess = progress.step(`Istio's handler and admit in turn: ${review.name}`);
    handlers.push(await measureHandlers(injector, review, HANDLER_ROUNDS));
    inProcess.done();
    const served = progress.step(`both over HTTPS, in turn: ${review.name}`);
    https.push(await measurePeerHttps(injector, review, HTTPS_ROUNDS, load));
    served.done();
  }
  return { version: await istioVersion(), handlers, https };
}
