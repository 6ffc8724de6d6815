import { useEffect, useRef, useState } from 'preact/hooks';

const SAID_MS = 3_000;

/** What was copied is said for a moment. */
export interface Copied {
  readonly said: string;
  readonly copy: () => Promise<void>;
}

/**
 * Copies a text when it is asked to.
 * @param shown where the text stands, where it does: it is marked if the browser does not allow the copy, so that the keyboard can make it
 */
export function useCopied(text: string, shown?: { readonly current: Element | null }): Copied {
  const [said, setSaid] = useState('');
  const ending = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(ending.current), []);
  const copy = async () => {
    clearTimeout(ending.current);
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      // not allowed here, or no secure page
      const place = shown?.current ?? null;
      if (place !== null) getSelection()?.selectAllChildren(place);
      setSaid(place === null ? 'The browser does not allow it here' : 'Marked: copy it with the keyboard');
    }
    ending.current = setTimeout(() => setSaid(''), SAID_MS);
  };
  return { said, copy };
}
