/** Every page works without it. With it, buttons say that they are at work, prices follow what is typed, and waiting pages follow what happens. */
export const SCRIPT = `
const AGAIN_MS = 1000;

function rest(button) {
  button.removeAttribute("aria-disabled");
  if (button.dataset.was) button.textContent = button.dataset.was;
}
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
  button.setAttribute("aria-disabled", "true");
  if (button.dataset.busy) {
    button.dataset.was = button.textContent;
    button.textContent = button.dataset.busy;
  }
  if (event.target.target === "_blank") setTimeout(() => rest(button), 2 * AGAIN_MS);
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const button of document.querySelectorAll("button[aria-disabled]")) rest(button);
});

async function read(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } }).catch(() => undefined);
  return answer && (answer.ok || answer.status === 422) ? answer.text() : undefined;
}

for (const place of document.querySelectorAll("[data-follow]")) {
  const follow = async () => {
    const text = await read(place.dataset.follow);
    if (text !== undefined && text !== place.dataset.last) place.innerHTML = place.dataset.last = text;
    if (!place.querySelector("[data-over]")) setTimeout(follow, AGAIN_MS);
  };
  setTimeout(follow, AGAIN_MS);
}

const priced = document.querySelector("form[data-preview]");
if (priced) {
  const shown = document.getElementById("price-preview");
  let latest = 0;
  const look = async () => {
    for (const part of priced.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== priced.elements.type.value;
    const turn = ++latest;
    const text = await read(priced.dataset.preview + "?" + new URLSearchParams(new FormData(priced)));
    if (turn === latest && text !== undefined) shown.innerHTML = text;
  };
  priced.addEventListener("input", look);
  look();
}

document.querySelector(".notice[tabindex]")?.focus({ preventScroll: false });
`;
