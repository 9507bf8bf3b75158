// The legend of the reader: what the marks mean, and which types are marked.

function buildLegend() {
  const text = byId("reader-text");
  const types = Object.entries(LABELS).map(([label, { word }]) => {
    const onchange = (event) => text.classList.toggle(`without-${label}`, !event.target.checked);
    const field = h("input", { type: "checkbox", checked: true, value: label, onchange });
    return h("label", { class: "legend-type" }, field, markOf({ label, assertion: "present" }, word));
  });
  const meanings = Object.keys(ASSERTION_TAGS).map((assertion) =>
    markOf({ label: "ADVERSE_EVENT", assertion }, ASSERTIONS[assertion]),
  );
  meanings.push(markOf({ label: "COHORT", assertion: "present", is_external: true }, "of another study"));
  byId("mention-close").addEventListener("click", () => {
    forgetMention();
    byId("reader-text").querySelector("mark.is-selected")?.focus();
  });
  byId("legend-types").append(...types);
  byId("legend-assertions").append(...meanings.map((mark) => h("li", {}, mark)));
}
