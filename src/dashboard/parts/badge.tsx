/** What a state means for the reader; each tone has its own sign, so that colour is never all that tells. */
export type Tone = 'good' | 'warning' | 'bad' | 'quiet' | 'accent';

const SIGN: Readonly<Record<Tone, string>> = { good: '✓', warning: '!', bad: '✕', quiet: '–', accent: '•' };

const TONES: ReadonlyMap<string, Tone> = new Map([
  ['inject', 'good'],
  ['allow', 'good'],
  ['skip', 'quiet'],
  ['deny', 'bad'],
  ['error', 'bad'],
  ['good', 'good'],
  ['warning', 'warning'],
  ['bad', 'bad'],
  ['unknown', 'quiet'],
  ['passed', 'good'],
  ['failed', 'bad'],
  ['acknowledged', 'good'],
  ['outdated', 'warning'],
  ['missing', 'bad'],
  ['injected', 'good'],
  ['stale', 'warning'],
  ['unwanted', 'warning'],
  ['forged', 'bad'],
  ['refused', 'bad'],
  ['not-wanted', 'quiet'],
  ['compatible', 'good'],
  ['needsChanges', 'warning'],
  ['incompatible', 'bad'],
  ['enabled', 'good'],
  ['disabled', 'quiet'],
  ['notEnabled', 'quiet'],
  ['invalid', 'bad'],
  ['protected', 'quiet'],
  ['otherRevision', 'warning'],
  ['Open', 'accent'],
  ['Closed', 'quiet'],
]);

/** `needsChanges` and `not-wanted` as people read them: needs changes, not wanted. */
export const spoken = (state: string): string =>
  state
    .replaceAll('-', ' ')
    .replace(/([a-z])([A-Z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`);

/**
 * A state in one or two words.
 * @param words what stands there in place of the state, which is read out all the same
 */
export function Badge({
  state,
  tone = TONES.get(state) ?? 'quiet',
  words,
}: {
  state: string;
  tone?: Tone;
  words?: string;
}) {
  return (
    <span class={`badge ${tone}`}>
      <span class="sign" aria-hidden="true">
        {SIGN[tone]}
      </span>
      {words ?? spoken(state)}
      {words !== undefined && <span class="hidden">: {spoken(state)}</span>}
    </span>
  );
}
