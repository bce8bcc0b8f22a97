const form = document.getElementById("form");
const error = document.getElementById("error");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  error.textContent = "";
  try {
    const answer = await fetch("/signin", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ password: document.getElementById("password").value }),
    });
    if (answer.ok) location.replace("/");
    else error.textContent = (await answer.json()).detail;
  } catch {
    error.textContent = "The admin page does not answer; is it running?";
  }
});
