// Addresses behind the #: every view has one that can be shared, and the way back leads back.

const OVERVIEW_TITLE = document.title;

function route() {
  const hash = location.hash.slice(1);
  const [first] = hash.split("&");
  return { name: first.includes("=") ? first.split("=")[0] : first, parts: new URLSearchParams(hash) };
}

/** Show what the address asks for. `left` is what was noted when this entry of the history was left. */
async function follow(left) {
  const { name, parts } = route();
  if (name === "doc" || name === "study") {
    const study = name === "study" ? INDEX.studies[positionOfStudy.get(parts.get("study"))] : null;
    const position = study ? study.document : positionOfDocument.get(parts.get("doc"));
    setView("reader");
    byId("not-here").hidden = position !== undefined;
    byId("document").hidden = position === undefined;
    if (position === undefined) {
      byId("not-here").focus();
      return;
    }
    await showDocument(position, placeIn(parts.get("at")), study?.id);
    if (left) scrollTo(0, left.y);
    return;
  }
  setView("overview");
  document.title = OVERVIEW_TITLE;
  // An address of another part says nothing of the table: on the way back it is as it was left.
  const question = name === "evidence" ? parts : left?.question && new URLSearchParams(left.question);
  if (question) {
    askAsAddressSays(question);
    fillFields();
  }
  showEvidence(false);
  if (left) {
    scrollTo(0, left.y);
    if (left.link)
      document.querySelector(`#overview a[href="${CSS.escape(left.link)}"]`)?.focus({ preventScroll: true });
    return;
  }
  const section = name && byId(name);
  if (section) section.scrollIntoView();
  else scrollTo(0, 0);
}

function setView(view) {
  byId("overview").hidden = view !== "overview";
  byId("reader").hidden = view !== "reader";
}

function placeIn(text) {
  const found = /^(\d+)-(\d+)$/.exec(text ?? "");
  return found && [Number(found[1]), Number(found[2])];
}

/** Before a link inside of the page is followed: note where the reader stood and what was asked, for the way back. */
function noteLeaving(event) {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  const question = evidenceAddress().slice(1);
  history.replaceState({ y: scrollY, link: link.getAttribute("href"), question }, "");
}

async function start() {
  const theme = byId("theme");
  theme.value = storedTheme();
  theme.addEventListener("change", () => setTheme(theme.value));
  if (!("DecompressionStream" in window)) {
    byId("status").textContent =
      "This browser is too old to unpack the page: table and documents need one of 2023 or later.";
    return;
  }
  byId("to-facts").addEventListener("click", () => {
    byId("reader-side").scrollIntoView({ block: "start" });
    byId("reader-side").focus({ preventScroll: true });
  });
  await openIndex();
  asked.view = defaultView();
  buildEvidence();
  buildDocuments();
  buildLegend();
  history.scrollRestoration = "manual";
  document.addEventListener("click", noteLeaving, { capture: true });
  addEventListener("pagehide", () => history.replaceState({ y: scrollY }, ""));
  addEventListener("popstate", (event) => follow(event.state));
  byId("status").hidden = true;
  document.documentElement.dataset.ready = "true";
  await follow(history.state);
}

start().catch((error) => {
  byId("status").hidden = false;
  byId("status").textContent = `The page is damaged and can't be shown in full: ${error.message}`;
});
