import { useSignal } from "@preact/signals";
import type { App } from "../app";
import { isCodeNeeded, reasonOf } from "../jmap/errors";
import { strings } from "../strings";

const text = strings.signIn;

export function SignIn({ app, again }: { app: App; again: boolean }) {
  const busy = useSignal(false);
  const error = useSignal("");
  const asksCode = useSignal(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    error.value = "";
    try {
      await app.signIn({
        username: String(fields.get("username")).trim(),
        password: String(fields.get("password")),
        staySignedIn: fields.get("stay") !== null,
        ...(asksCode.value ? { code: String(fields.get("code")) } : {}),
      });
    } catch (problem) {
      // The first time the field itself says what is missing.
      error.value = isCodeNeeded(problem) && !asksCode.value ? "" : reasonOf(problem);
      asksCode.value = isCodeNeeded(problem);
    } finally {
      busy.value = false;
    }
  }

  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h1>{again ? text.again : strings.appName}</h1>
      <p class="faint">{again ? text.againLead : text.lead}</p>
      <label for="username">{text.username}</label>
      <input id="username" name="username" type="email" autocomplete="username" required readOnly={again} defaultValue={app.username.value} />
      <label for="password">{text.password}</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required />
      {asksCode.value && (
        <>
          <label for="code">{text.code}</label>
          <input id="code" name="code" autocomplete="one-time-code" required autofocus aria-describedby="code-help" />
          <p id="code-help" class="faint">{text.codeHelp}</p>
        </>
      )}
      <label class="check"><input name="stay" type="checkbox" defaultChecked={true} />{text.stay}</label>
      <p class="error" role="alert">{error.value}</p>
      <button class="primary" type="submit" disabled={busy.value}>{busy.value ? text.busy : text.submit}</button>
    </form>
  );
}
