import type { Hook } from './hook.ts';

/** The circumstances of a review that its body does not carry. */
export interface Call {
  readonly hook: Hook;
  readonly now: Date;
  /** The object comes from a file, so that no API server has completed it. */
  readonly asWritten?: true;
  readonly caller: 'Unauthenticated' | 'ClientCertificate';
}
