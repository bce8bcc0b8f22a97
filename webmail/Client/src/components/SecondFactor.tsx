import type { SecurityStore } from "../stores/security";
import { strings } from "../strings";

const text = strings.security;

/** Switches the code at sign-in on, in two steps, and off. */
export function SecondFactor({ security }: { security: SecurityStore }) {
  const { isOn, offer, recoveryCodes, busy } = security;
  if (recoveryCodes.value.length > 0) {
    return (
      <>
        <p>{text.recoveryLead}</p>
        <pre>{recoveryCodes.value.join("\n")}</pre>
      </>
    );
  }
  if (offer.value !== undefined) {
    return (
      <>
        <p>{text.scan}</p>
        <img src={offer.value.qrCode} alt={text.qrCode} />
        <p><code>{offer.value.secret}</code></p>
        <CodeForm security={security} submit={text.confirm} use={(code) => security.confirm(code)} />
      </>
    );
  }
  if (isOn.value === true) {
    return (
      <>
        <p>{text.isOn}</p>
        <CodeForm security={security} submit={text.remove} use={(code) => security.remove(code)} />
      </>
    );
  }
  return (
    <>
      <p>{text.isOff}</p>
      <button disabled={busy.value || isOn.value === undefined} onClick={() => void security.begin()}>{text.setUp}</button>
    </>
  );
}

interface CodeChoices {
  readonly security: SecurityStore;
  readonly submit: string;
  readonly use: (code: string) => Promise<void>;
}

function CodeForm({ security, submit, use }: CodeChoices) {
  function send(event: SubmitEvent): void {
    event.preventDefault();
    void use(String(new FormData(event.currentTarget as HTMLFormElement).get("code")));
  }

  return (
    <form onSubmit={send}>
      <input name="code" aria-label={strings.signIn.code} placeholder={strings.signIn.code} autocomplete="one-time-code" required />
      <button type="submit" disabled={security.busy.value}>{submit}</button>
    </form>
  );
}
