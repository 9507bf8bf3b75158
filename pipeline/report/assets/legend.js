// The legend of the reader: what the marks mean, and which types are marked.

function buildLegend() {
  const text = byId("reader-text");
  const types = Object.entries(LABELS).map(([label, { word, tag }]) =>
    h(
      "label",
      { class: "legend-type" },
      h("input", {
        type: "checkbox",
        checked: true,
        value: label,
        onchange: (event) => text.classList.toggle(`without-${label}`, !event.target.checked),
      }),
      h("mark", { class: "mention is-present", "data-label": label, "data-tag": tag }, word),
    ),
  );
  const assertions = ["absent", "possible", "hypothetical", "historical"].map((assertion) =>
    h("li", {}, h("mark", { class: `mention is-${assertion}`, "data-label": "ADVERSE_EVENT", "data-tag": `AE ${ASSERTION_TAGS[assertion]}` }, ASSERTIONS[assertion])),
  );
  assertions.push(
    h("li", {}, h("mark", { class: "mention is-present is-external", "data-label": "COHORT", "data-tag": "N other study" }, "of another study")),
  );
  byId("mention-close").addEventListener("click", () => {
    forgetMention();
    byId("reader-text").querySelector("mark.is-selected")?.focus();
  });
  byId("legend-types").append(...types);
  byId("legend-assertions").append(...assertions);
}
