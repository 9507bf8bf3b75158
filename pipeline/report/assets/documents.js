// The list of documents, the newest first: found by title, publisher or id, fifty at a time.

const DOCUMENTS_A_PAGE = 50;
const listed = { documents: [], search: "", kind: "", shown: DOCUMENTS_A_PAGE };

function buildDocuments() {
  // Days as ISO 8601 sort as words do; what bears no date comes last.
  const day = (doc) => doc.published_on ?? "";
  listed.documents = INDEX.documents.toSorted((a, b) => (day(a) < day(b)) - (day(a) > day(b)));
  const kinds = [...new Set(INDEX.documents.map((doc) => doc.kind))].sort();
  byId("documents-kind").append(...kinds.map((kind) => h("option", { value: kind }, kind)));
  const redraw = () => {
    listed.search = byId("documents-search").value;
    listed.kind = byId("documents-kind").value;
    listed.shown = DOCUMENTS_A_PAGE;
    drawDocuments();
  };
  byId("documents-search").addEventListener("input", redraw);
  byId("documents-kind").addEventListener("change", redraw);
  byId("documents-more").addEventListener("click", () => {
    const first = listed.shown;
    listed.shown += DOCUMENTS_A_PAGE;
    drawDocuments();
    byId("documents-list").children[first].querySelector("a").focus();
  });
  drawDocuments();
}

function drawDocuments() {
  const words = folded(listed.search).split(/\s+/).filter(Boolean);
  const found = listed.documents.filter((doc) => {
    doc.words ??= folded([doc.title, doc.publisher, doc.id, doc.published_on].join("\n"));
    return (!listed.kind || doc.kind === listed.kind) && words.every((word) => doc.words.includes(word));
  });
  byId("documents-list").replaceChildren(
    ...found.slice(0, listed.shown).map((doc) => h("li", {}, documentEntry(doc))),
  );
  byId("documents-count").textContent = counted(found.length, "document", "documents");
  byId("documents-more").hidden = found.length <= listed.shown;
}

function documentEntry(doc) {
  const about = [doc.kind, doc.publisher, doc.published_on].filter(Boolean);
  return [
    h("a", { class: "clamped", href: placeAddress(doc.id, null), dir: "auto" }, doc.title),
    h(
      "p",
      { class: "about" },
      about.map((words, i) => [i ? " · " : null, bdi(words)]),
      ` · ${counted(doc.n_mentions, "mention", "mentions")}, ${counted(doc.n_facts, "fact", "facts")}`,
      doc.duplicate_of === null ? null : " · repeats another document",
      " ",
      doc.settings.map(settingBadge),
    ),
  ];
}
