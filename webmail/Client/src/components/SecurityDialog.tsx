import { useEffect, useRef } from "preact/hooks";
import type { SecurityStore } from "../stores/security";
import { strings } from "../strings";
import { SecondFactor } from "./SecondFactor";

const text = strings.security;

export function SecurityDialog({ security }: { security: SecurityStore }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="security" onClose={() => security.close()} aria-label={text.title}>
      <h2>{text.title}</h2>
      <h3>{text.devices}</h3>
      <ul>
        {security.devices.value.map((device) => (
          <li key={device.id}>
            <span class="grow">
              {device.name === "" ? text.unknownDevice : device.name} {device.isThis && <strong>{text.thisDevice}</strong>}
              <br />
              <span class="faint">{device.network} · {text.lastUsed(new Date(device.lastUsed).toLocaleString())}</span>
            </span>
            {!device.isThis && <button disabled={security.busy.value} onClick={() => void security.signOut(device.id)}>{strings.signOut}</button>}
          </li>
        ))}
      </ul>
      {security.devices.value.length > 1 && (
        <button disabled={security.busy.value} onClick={() => void security.signOut()}>{text.signOutOthers}</button>
      )}
      <h3>{text.secondFactor}</h3>
      <SecondFactor security={security} />
      <p class="error" role="alert">{security.problem.value}</p>
      <form method="dialog"><button class="primary">{strings.close}</button></form>
    </dialog>
  );
}
