import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../look/tokens.css';
import '../look/base.css';
import './styles/page.css';
import './styles/card.css';
import './styles/dialog.css';
import { App } from './app.tsx';
import { isFramedReturn, isReturn, tellParent } from './verification/framed-return.ts';

const root = document.getElementById('root');
if (isFramedReturn(window)) {
  // The page around it closes the frame: there is nothing to show in here.
  tellParent(window);
} else if (root !== null) {
  // The mark has said what it had to say; a reload or a bookmark is no return.
  if (isReturn(location)) history.replaceState(null, '', location.pathname);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
