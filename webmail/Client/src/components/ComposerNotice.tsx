import type { App } from "../app";
import type { Composer } from "../stores/composer";
import { strings } from "../strings";

const text = strings.composer;

/** What stands between this message and its being sent, in one sentence, with what can be done. */
export function ComposerNotice({ app, composer }: { app: App; composer: Composer }) {
  const state = composer.state.value;
  switch (state.kind) {
    case "warned":
      return (
        <div class="notice" role="alert">
          <p>{state.warnings.join(" ")}</p>
          <button onClick={() => void composer.send()}>{text.sendAnyway}</button>
        </div>
      );
    case "notSent":
      return <div class="notice error" role="alert"><p>{text.notSent(state.reason)}</p></div>;
    case "uncertain":
      return (
        <div class="notice" role="alert">
          <p>{text.uncertain[state.found]}</p>
          {state.found === "sent" && <button onClick={() => app.composers.finish(composer)}>{strings.close}</button>}
          {state.found !== "sent" && state.found !== "looking" && (
            <>
              <button onClick={() => void composer.look()}>{text.lookAgain}</button>
              <button onClick={() => void composer.send()}>{text.sendAgain}</button>
            </>
          )}
        </div>
      );
    default:
      return null;
  }
}
