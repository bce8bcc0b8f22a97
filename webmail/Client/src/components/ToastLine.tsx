import type { App } from "../app";
import { strings } from "../strings";

/** One sentence about what just happened, with the way back where there is one. */
export function ToastLine({ app }: { app: App }) {
  const toast = app.toasts.current.value;
  return (
    <div class="toasts" role="status">
      {toast !== undefined && (
        <p class="toast">
          {toast.text}
          {toast.undo !== undefined && <button onClick={toast.undo}>{strings.toast.undo}</button>}
        </p>
      )}
    </div>
  );
}
