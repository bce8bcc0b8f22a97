import { render } from "preact";
import { App } from "./app";
import { Root } from "./components/Root";
import { listenForKeys } from "./keys";
import "./theme";
import "./styles/_tokens.css";
import "./styles/base.css";
import "./styles/panes.css";
import "./styles/list.css";
import "./styles/reader.css";
import "./styles/composer.css";

const app = new App();
const place = document.getElementById("app");
if (place !== null) {
  render(<Root app={app} />, place);
}
listenForKeys(app);
// A move waits for its undo toast; a page that closes has none.
addEventListener("pagehide", () => void app.moves.commit());
void app.start();
