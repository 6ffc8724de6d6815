import { render } from 'preact';
import { App } from './shell/app.tsx';
import { applyTheme, rememberedTheme } from './shell/theme.ts';

const place = document.getElementById('app');
if (place === null) throw new Error('the document has no place for the page: load index.html of the same build');
applyTheme(rememberedTheme());
render(<App />, place);
