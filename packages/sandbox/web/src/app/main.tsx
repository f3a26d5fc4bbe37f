import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../look/tokens.css';
import '../look/base.css';
import './styles/page.css';
import './styles/card.css';
import './styles/dialog.css';
import { App } from './app.tsx';
import { isFramedReturn, isReturn, notifyParent } from './verification/framed-return.ts';

const root = document.getElementById('root');
if (isFramedReturn(window)) {
  // The page around this frame closes it, so there is nothing to render.
  notifyParent(window);
} else if (root !== null) {
  // Removes the marker, so that a reload or a bookmark does not count as a return from the provider.
  const hasReturned = isReturn(location);
  if (hasReturned) history.replaceState(null, '', location.pathname);
  createRoot(root).render(
    <StrictMode>
      <App hasReturned={hasReturned} />
    </StrictMode>,
  );
}
