import type { App } from "../app";
import { strings } from "../strings";
import { ComposerDock } from "./ComposerDock";
import { KeysDialog } from "./KeysDialog";
import { MailView } from "./MailView";
import { SecurityDialog } from "./SecurityDialog";
import { SignIn } from "./SignIn";
import { ToastLine } from "./ToastLine";

/** The page: sign-in, or mail with a sign-in sheet over it when the session has ended. */
export function Root({ app }: { app: App }) {
  switch (app.phase.value) {
    case "starting":
      // The password may have been changed since the session began.
      return app.client.connection.gate.closed.value
        ? <main class="centred"><SignIn app={app} again={true} /></main>
        : <main class="centred" aria-busy="true" />;
    case "failed":
      return (
        <main class="centred">
          <div class="card">
            <h1>{strings.errors.start}</h1>
            <p role="alert">{app.problem.value}</p>
            <button class="primary" onClick={() => void app.start()}>{strings.errors.again}</button>
          </div>
        </main>
      );
    case "signedOut":
      return <main class="centred"><SignIn app={app} again={false} /></main>;
    case "ready":
      return (
        <>
          <MailView app={app} />
          {app.client.connection.gate.closed.value && <div class="sheet centred"><SignIn app={app} again={true} /></div>}
          {app.client.connection.reconnecting.value && <p class="hint" role="status">{strings.reconnecting}</p>}
          <ComposerDock app={app} />
          <ToastLine app={app} />
          <KeysDialog app={app} />
          {/* A dialog would lie over the sign-in sheet. */}
          {app.security.open.value && !app.client.connection.gate.closed.value && <SecurityDialog security={app.security} />}
        </>
      );
  }
}
