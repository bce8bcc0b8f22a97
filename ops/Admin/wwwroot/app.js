import { table, badge, bytes, seconds, milliseconds } from "/view.js";

const at = (id) => document.getElementById(id);
let state = { proxies: [], machines: [] };

const events = new EventSource("/events");
events.onmessage = (message) => {
  state = JSON.parse(message.data);
  at("connection").textContent = "Live";
  at("connection").className = "live";
  draw();
};
events.onerror = () => {
  at("connection").textContent = "Connection lost; trying again…";
  at("connection").className = "lost";
};
at("filter").addEventListener("input", draw);
at("signout").addEventListener("click", async () => {
  await fetch("/signout", { method: "POST" });
  location.replace("/signin.html");
});

function draw() {
  const answering = state.proxies.filter((proxy) => proxy.answering);
  const source = answering.find((proxy) => proxy.active) ?? answering[0];
  const total = (name) => answering.reduce((sum, proxy) => sum + proxy.counters[name], 0);
  summary([
    ["Active proxies", answering.filter((proxy) => proxy.active).map((proxy) => proxy.name).join(", ") || "none"],
    ["Flows", source?.flows.spliced ?? 0],
    ["Handovers", total("handovers")],
    ["Takeovers", total("takeovers")],
    ["Protected", source?.protected ? "yes" : "no"],
  ]);
  table(at("proxies"), ["Name", "State", "Addresses", "Flows", "Spliced", "Up"], state.proxies.map((proxy) => proxy.answering
    ? [proxy.name, badge(proxy.active ? "active" : "standby", proxy.active ? "good" : "calm"), addresses(proxy), proxy.flows.spliced, proxy.counters.spliced, seconds(proxy.uptimeSeconds)]
    : [proxy.name, badge("not answering", "bad"), "–", "–", "–", "–"]), "No proxy is configured.");
  table(at("backends"), ["Name", "State", "Flows", ""], (source?.backends ?? []).map((backend) => [
    backend.name,
    backend.healthy && backend.kind === "hooks" && backend.stores === 0 ? badge("unprotected", "bad") :
    backend.healthy && !backend.ready ? badge("not ready", "bad") :
    backend.healthy && backend.full ? badge("full", "bad") :
    backend.healthy ? badge(backend.draining ? "draining" : "healthy", backend.draining ? "calm" : "good") : badge("silent", "bad"),
    backend.flows,
    drainButton(backend),
  ]), "No proxy answers, so nothing is known of backends.");
  table(at("stores"), ["Node", "State", "Round trip"], (source?.stores ?? []).map((store) => [
    store.name, store.healthy ? badge("healthy", "good") : badge("away", "bad"), milliseconds(store.lagMilliseconds),
  ]), "No proxy answers.");
  table(at("drops"), ["Reason", "Packets"], drops(answering),
    "None so far.");
  const recent = answering.flatMap((proxy) => proxy.recent.map((item) => ({ ...item, proxy: proxy.name })))
    .sort((a, b) => b.at.localeCompare(a.at)).slice(0, 20);
  table(at("recent"), ["When", "What", "From", "To", "Reason", "Pause", ""], recent.map((item) => [
    new Date(item.at).toLocaleTimeString(), item.kind, item.from || "–", item.to || "–", item.reason, milliseconds(item.pauseMilliseconds),
    badge(item.ok ? "done" : "failed", item.ok ? "good" : "bad"),
  ]), "Nothing has died yet.");
  drawFlows(flowRows(answering));
  table(at("machines"), ["Machine", "Services"], state.machines.filter((machine) => machine.services.length > 0).map((machine) => [
    machine.name, machine.services.map((service) => badge(`${service.name}`, { running: "good", frozen: "calm" }[service.state] ?? "bad", service.state)),
  ]), "This installation keeps no list of machines.");
}

/** The virtual addresses that a proxy has now. */
function addresses(proxy) {
  return proxy.addressPairs.filter((pair) => pair.active).map((pair) => pair.virtualAddress).join(", ") || "–";
}

/** Reasons with what all proxies have dropped. */
function drops(proxies) {
  const packets = new Map();
  for (const drop of proxies.flatMap((proxy) => proxy.drops)) {
    packets.set(drop.reason, (packets.get(drop.reason) ?? 0) + drop.packets);
  }
  return [...packets].filter(([, count]) => count > 0);
}

/** Every proxy knows every flow; the one that is active for its address has counted its bytes. */
function flowRows(proxies) {
  const rows = new Map();
  for (const proxy of proxies) {
    for (const row of proxy.flowRows) {
      const active = proxy.addressPairs.some((pair) => pair.active && pair.virtualAddress === row.virtualAddress);
      if (active || !rows.has(row.id)) rows.set(row.id, row);
    }
  }
  return [...rows.values()].sort((a, b) => b.ageSeconds - a.ageSeconds);
}

function drawFlows(flows) {
  const wanted = at("filter").value.toLowerCase();
  const rows = flows.filter((flow) => `${flow.client} ${flow.backend} ${flow.proxy} ${flow.state} ${flow.kind}`.toLowerCase().includes(wanted));
  table(at("flows"), ["Client", "Backend", "Proxy", "State", "Age", "In", "Out"], rows.slice(0, 200).map((flow) => [
    flow.client, flow.backend, flow.proxy, badge(flow.state, flow.state === "forward" ? "good" : "calm"),
    seconds(flow.ageSeconds), bytes(flow.bytesIn), bytes(flow.bytesOut),
  ]), wanted ? "No flow matches." : "Nobody is connected.");
}

function summary(pairs) {
  at("summary").replaceChildren(...pairs.flatMap(([name, value]) => {
    const group = document.createElement("div");
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = name;
    text.textContent = value;
    group.append(term, text);
    return group;
  }));
}

function drainButton(backend) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = backend.draining ? "Undrain" : "Drain";
  button.setAttribute("aria-label", `${button.textContent} ${backend.name}`);
  button.addEventListener("click", () =>
    fetch(`/backends/${encodeURIComponent(backend.name)}/${backend.draining ? "undrain" : "drain"}`, { method: "POST" }));
  return button;
}
