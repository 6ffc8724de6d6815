import { useRef, useState } from 'preact/hooks';

/** A command with a button that copies it. */
export function CopyLine({ command, does }: { command: string; does?: string | undefined }) {
  const code = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setSaid('Copied');
    } catch {
      // not allowed here, or no secure page: the line is marked, so that the keyboard can copy it
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      setSaid('Marked: copy it with the keyboard');
    }
    setTimeout(() => setSaid(''), 3_000);
  };
  return (
    <div class="command">
      {does !== undefined && <p class="does">{does}</p>}
      <div class="line">
        <code ref={code}>{command}</code>
        <button type="button" class="small" onClick={copy} aria-label={`Copy: ${command}`}>
          Copy
        </button>
      </div>
      <span class="said" role="status">
        {said}
      </span>
    </div>
  );
}
