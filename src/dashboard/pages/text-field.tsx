import type { Ref, TargetedClipboardEvent } from 'preact';
import { useImperativeHandle, useRef, useState } from 'preact/hooks';
import { type GivenText, select } from './given-text.ts';
import { HeldText } from './held-text.tsx';

// a field with more lays out all its lines at each key
const MOST_IN_FIELD = 200_000;

/**
 * A field for a longer text. A text of a megabyte is held beside the field, with what stood around the place that it was pasted to, and not put
 * into it, which would take seconds.
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
  const heldText = useRef<GivenText>(null);
  const [held, setHeld] = useState(isLong(begin) ? begin : undefined);
  useImperativeHandle(
    given,
    () => ({
      text: () => heldText.current?.text() ?? field.current?.value ?? '',
      goTo: (line, column) => {
        heldText.current?.goTo(line, column);
        if (field.current !== null) select(field.current, line, column);
      },
    }),
    [],
  );
  const paste = (event: TargetedClipboardEvent<HTMLTextAreaElement>) => {
    const { value, selectionStart, selectionEnd } = event.currentTarget;
    const pasted = event.clipboardData?.getData('text/plain') ?? '';
    const whole = value.slice(0, selectionStart) + pasted + value.slice(selectionEnd);
    if (!isLong(whole)) return;
    event.preventDefault();
    setHeld(whole);
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
          defaultValue={isLong(begin) ? '' : begin}
          onPaste={paste}
        />
      ) : (
        <HeldText id={id} label={label} text={held} given={heldText} onAnother={() => setHeld(undefined)} />
      )}
    </div>
  );
}

const isLong = (text: string): boolean => text.length > MOST_IN_FIELD;
