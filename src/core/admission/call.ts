import type { Hook } from './hook.ts';

/** The circumstances of a review that its body does not carry. */
export interface Call {
  readonly hook: Hook;
  readonly now: Date;
  readonly caller: 'Unauthenticated' | 'ClientCertificate';
}
