import type { Ref } from 'preact';
import { useImperativeHandle, useRef, useState } from 'preact/hooks';
import { counted } from '../parts/moment.ts';

// a field with more lays out all its lines at each key
const MOST_IN_FIELD = 200_000;
const LINES_AROUND = 3;

/** What a page does with a text that somebody gave it. */
export interface GivenText {
  text(): string;
  /** Shows a place of it, counted from 1. */
  goTo(line: number, column: number): void;
}

/**
 * A field for a longer text. A text of a megabyte that is pasted is held beside the field and not put into it, which would take seconds.
 */
export function TextField({
  id,
  label,
  hint,
  begin,
  given,
}: {
  id: string;
  label: string;
  hint: string;
  begin: string;
  given: Ref<GivenText>;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  const excerpt = useRef<HTMLPreElement>(null);
  const [held, setHeld] = useState<string>();
  const [shownLine, setShownLine] = useState(1);
  useImperativeHandle(
    given,
    () => ({
      text: () => held ?? field.current?.value ?? '',
      goTo: (line, column) => {
        setShownLine(line);
        excerpt.current?.focus();
        if (field.current !== null) select(field.current, line, column);
      },
    }),
    [held],
  );
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.length <= MOST_IN_FIELD) return;
    event.preventDefault();
    setShownLine(1);
    setHeld(text);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p id={`${id}-hint`} class="quiet">
        {hint}
      </p>
      {held === undefined ? (
        <textarea
          id={id}
          ref={field}
          spellcheck={false}
          autocomplete="off"
          aria-describedby={`${id}-hint`}
          defaultValue={begin}
          onPaste={paste}
        />
      ) : (
        <section class="held" aria-label={`${label}, as pasted`}>
          <p>
            <strong>{sizeOf(held)}</strong> were pasted. They are tried as they are, and not shown in full: a field of
            this size would be slow.
          </p>
          <Excerpt text={held} line={shownLine} place={excerpt} />
          <button type="button" onClick={() => setHeld(undefined)}>
            Take another text
          </button>
        </section>
      )}
    </div>
  );
}

function Excerpt({ text, line, place }: { text: string; line: number; place: Ref<HTMLPreElement> }) {
  const from = Math.max(1, line - LINES_AROUND);
  const begin = offsetOf(text, from);
  const lines = text
    .slice(begin, offsetOf(text, line + LINES_AROUND + 1))
    .replace(/\n$/, '')
    .split('\n');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <pre ref={place} tabIndex={0}>
      {lines.map((one, index) => (
        <span key={from + index} class={from + index === line && line > 1 ? 'wanted' : undefined}>
          {from + index} {one.slice(0, MOST_OF_LINE)}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

const MOST_OF_LINE = 500;

function sizeOf(text: string): string {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return `${(text.length / 1e6).toFixed(1)} million characters in ${counted(lines, 'line')}`;
}

function select(field: HTMLTextAreaElement, line: number, column: number): void {
  const begin = offsetOf(field.value, line) + column - 1;
  const end = field.value.indexOf('\n', begin);
  field.focus();
  field.setSelectionRange(begin, end === -1 ? field.value.length : end);
  field.scrollTop = Math.max(0, line - 4) * Number.parseFloat(getComputedStyle(field).lineHeight);
}

/** Where a line begins, counted from 1; the end of the text where there are not so many. */
function offsetOf(text: string, line: number): number {
  let at = 0;
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf('\n', at);
    if (end === -1) return text.length;
    at = end + 1;
  }
  return at;
}
