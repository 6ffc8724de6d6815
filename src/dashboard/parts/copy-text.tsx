import { useState } from 'preact/hooks';

/** A button that copies a longer text, which is not shown as such. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('The browser does not allow it here'),
    );
  return (
    <p>
      <button type="button" class="small" onClick={copy}>
        {label}
      </button>{' '}
      <span class="said" role="status">
        {said}
      </span>
    </p>
  );
}
