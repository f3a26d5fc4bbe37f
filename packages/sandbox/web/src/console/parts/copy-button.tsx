import { useSteering } from '../actions/steering.tsx';
import { Icon } from './icon.tsx';

/** `what` completes "Copy …", for those who do not see what stands beside it. */
export function CopyButton({ what, text }: { what: string; text: string }) {
  const { say } = useSteering();

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      say({ tone: 'done', text: `Copied ${what}` });
    } catch {
      say({ tone: 'failed', text: `This browser does not let the page copy ${what}` });
    }
  }

  return (
    <button type="button" className="button-icon" title={`Copy ${what}`} onClick={() => void copy()}>
      <Icon name="copy" />
      <span className="visually-hidden">Copy {what}</span>
    </button>
  );
}
