import { useSignal } from "@preact/signals";
import type { App } from "../app";
import { reasonOf } from "../jmap/errors";
import { strings } from "../strings";

const text = strings.signIn;

export function SignIn({ app, again }: { app: App; again: boolean }) {
  const busy = useSignal(false);
  const error = useSignal("");

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    error.value = "";
    try {
      await app.signIn(String(fields.get("username")).trim(), String(fields.get("password")));
    } catch (problem) {
      error.value = reasonOf(problem);
    } finally {
      busy.value = false;
    }
  }

  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h1>{again ? text.again : strings.appName}</h1>
      <p class="faint">{again ? text.againLead : text.lead}</p>
      <label for="username">{text.username}</label>
      <input id="username" name="username" type="email" autocomplete="username" required defaultValue={app.username.value} />
      <label for="password">{text.password}</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required />
      <p class="error" role="alert">{error.value}</p>
      <button class="primary" type="submit" disabled={busy.value}>{busy.value ? text.busy : text.submit}</button>
    </form>
  );
}
