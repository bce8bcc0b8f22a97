import { signal } from "@preact/signals";
import type { JmapClient } from "../jmap/client";
import { reasonOf } from "../jmap/errors";

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly network: string;
  readonly lastUsed: string;
  readonly isThis: boolean;
}

/** A second factor that waits for its first code. */
export interface Offer {
  readonly secret: string;
  readonly qrCode: string;
}

/** Where the account is signed in, and whether it takes a code to sign in. */
export class SecurityStore {
  readonly open = signal(false);
  readonly devices = signal<readonly Device[]>([]);
  /** Undefined until the server has said. */
  readonly isOn = signal<boolean | undefined>(undefined);
  readonly offer = signal<Offer | undefined>(undefined);
  /** Shown this once. */
  readonly recoveryCodes = signal<readonly string[]>([]);
  readonly problem = signal("");
  readonly busy = signal(false);

  constructor(private readonly client: JmapClient) {}

  async show(): Promise<void> {
    this.open.value = true;
    await this.#run(() => this.#load());
  }

  close(): void {
    this.open.value = false;
    this.offer.value = undefined;
    this.recoveryCodes.value = [];
    this.problem.value = "";
  }

  /** Signs one device out, or all others. */
  signOut(id?: string): Promise<void> {
    return this.#run(async () => {
      await this.#send("DELETE", id === undefined ? "/session/devices" : `/session/devices/${id}`);
      await this.#load();
    });
  }

  begin(): Promise<void> {
    return this.#run(async () => {
      this.offer.value = (await (await this.#send("POST", "/session/second-factor")).json()) as Offer;
    });
  }

  confirm(code: string): Promise<void> {
    return this.#run(async () => {
      const response = await this.#send("POST", "/session/second-factor/confirmation", { code });
      this.recoveryCodes.value = ((await response.json()) as { recoveryCodes: string[] }).recoveryCodes;
      this.offer.value = undefined;
      this.isOn.value = true;
    });
  }

  remove(code: string): Promise<void> {
    return this.#run(async () => {
      await this.#send("POST", "/session/second-factor/removal", { code });
      this.recoveryCodes.value = [];
      this.isOn.value = false;
    });
  }

  async #load(): Promise<void> {
    const [devices, factor] = await Promise.all([this.#send("GET", "/session/devices"), this.#send("GET", "/session/second-factor")]);
    this.devices.value = ((await devices.json()) as { devices: Device[] }).devices;
    this.isOn.value = ((await factor.json()) as { isOn: boolean }).isOn;
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    const content = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    return this.client.connection.send(path, { method, ...content }, method === "GET");
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.busy.value = true;
    this.problem.value = "";
    try {
      await work();
    } catch (error) {
      this.problem.value = reasonOf(error);
    } finally {
      this.busy.value = false;
    }
  }
}
