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

/** `needsChanges` as people read it: needs changes. */
export const spoken = (state: string): string =>
  state.replace(/([a-z])([A-Z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`);

/** A state in one or two words. */
export function Badge({ state, tone = TONES.get(state) ?? 'quiet' }: { state: string; tone?: Tone }) {
  return (
    <span class={`badge ${tone}`}>
      <span class="sign" aria-hidden="true">
        {SIGN[tone]}
      </span>
      {spoken(state)}
    </span>
  );
}
