import { useEffect, useRef } from "preact/hooks";
import type { App } from "../app";
import { strings } from "../strings";

export function KeysDialog({ app }: { app: App }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (app.helpOpen.value) {
      dialog.current?.showModal();
    }
  }, [app.helpOpen.value]);
  return (
    <dialog ref={dialog} onClose={() => (app.helpOpen.value = false)} aria-label={strings.keys.title}>
      <h2>{strings.keys.title}</h2>
      <dl>
        {strings.keys.list.map(([key, meaning]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{meaning}</dd></div>)}
      </dl>
      <form method="dialog"><button class="primary">{strings.close}</button></form>
    </dialog>
  );
}
