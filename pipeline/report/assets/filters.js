// What is asked of the evidence table: filters, search, order, page; kept in the address, to be shared.

const asked = {
  search: "",
  filters: {},
  aside: false,
  sort: "published",
  descending: true,
  page: 0,
  view: "table",
};

/** Studies that no figure counts: told again by another document, or planned and not yet reported. */
const isAside = (study) => Boolean(study.repeats) || study.is_planned;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether a study passes the filter of one column. */
function passes(column, study, wanted) {
  const value = column.value(study);
  if (value === null || value === "") return false;
  if (column.filter === "choice") return value === wanted;
  if (column.filter === "from year") return Number(value.slice(0, 4)) >= Number(wanted);
  if (column.isNumber) return value >= Number(wanted);
  return folded(value).includes(folded(wanted));
}

/** All that the row shows as words, for the search over all columns. Made once a study. */
function wordsOf(study) {
  study.words ??= folded(
    COLUMNS.map((column) => column.value(study) ?? "").join("\n") +
      `\n${study.trials.join(" ")} ${docOf(study).kind}`,
  );
  return study.words;
}

const byText = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;

/** The studies that pass, in the order asked for. What is not stated comes last in both directions. */
function chosenStudies() {
  const wanted = COLUMNS.filter((column) => asked.filters[column.key]);
  const words = folded(asked.search).split(/\s+/).filter(Boolean);
  const chosen = INDEX.studies.filter(
    (study) =>
      (asked.aside || !isAside(study)) &&
      wanted.every((column) => passes(column, study, asked.filters[column.key])) &&
      words.every((word) => wordsOf(study).includes(word)),
  );
  const column = COLUMNS.find((one) => one.key === asked.sort);
  const sign = asked.descending ? -1 : 1;
  const order = column.isNumber ? (a, b) => a - b : byText;
  const keyed = chosen.map((study) => [column.value(study), study]);
  keyed.sort(([a], [b]) => {
    const [noA, noB] = [a === null || a === "", b === null || b === ""];
    return noA || noB ? noA - noB : sign * order(a, b);
  });
  return keyed.map(([, study]) => study);
}

/** The question as an address: `#evidence&q=lupus&f.targets=CD19&sort=-n`. */
function evidenceAddress() {
  const parts = new URLSearchParams();
  if (asked.search) parts.set("q", asked.search);
  for (const [key, wanted] of Object.entries(asked.filters)) if (wanted) parts.set(`f.${key}`, wanted);
  if (asked.aside) parts.set("aside", "shown");
  if (asked.sort !== "published" || !asked.descending)
    parts.set("sort", (asked.descending ? "-" : "") + asked.sort);
  if (asked.page) parts.set("page", asked.page + 1);
  if (asked.view !== defaultView()) parts.set("view", asked.view);
  const text = parts.toString();
  return text ? `#evidence&${text}` : "#evidence";
}

function askAsAddressSays(parts) {
  asked.search = parts.get("q") ?? "";
  asked.filters = {};
  for (const column of COLUMNS) {
    const wanted = parts.get(`f.${column.key}`);
    if (wanted) asked.filters[column.key] = wanted;
  }
  asked.aside = parts.get("aside") === "shown";
  const sort = parts.get("sort") ?? "-published";
  const key = sort.replace(/^-/, "");
  asked.sort = COLUMNS.some((column) => column.key === key) ? key : "published";
  asked.descending = sort.startsWith("-");
  asked.page = Math.max(0, (parseInt(parts.get("page"), 10) || 1) - 1);
  asked.view = ["table", "cards"].includes(parts.get("view")) ? parts.get("view") : defaultView();
}

/** Where twelve columns would hide half of the figures, the studies are cards, unless somebody wants the table. */
const defaultView = () => (matchMedia("(max-width: 959px)").matches ? "cards" : "table");

/** The field that filters a column, by the column's kind. */
function filterField(column, changed) {
  const id = `filter-${column.key}`;
  const common = { id, name: column.key, "data-filter": column.key };
  const set = (event) => {
    asked.filters[column.key] = event.target.value.trim();
    asked.page = 0;
    changed();
  };
  const title = column.title;
  if (column.filter === "choice") {
    const values = [...new Set(INDEX.studies.map(column.value).filter(Boolean))].sort(byText);
    const options = values.map((value) => h("option", { value }, value));
    return labelled(
      id,
      title,
      h("select", { ...common, onchange: set }, h("option", { value: "" }, "all"), options),
    );
  }
  if (column.isNumber || column.filter === "from year") {
    const unit = column.filter;
    return labelled(
      id,
      `${title}, ${unit}`,
      h("input", { ...common, type: "number", min: 0, inputmode: "numeric", oninput: set }),
    );
  }
  if (column.filter === "list") {
    const names = mostFrequent(INDEX.studies.flatMap((study) => study[column.key]));
    const list = h(
      "datalist",
      { id: `${id}-names` },
      names.map((name) => h("option", { value: name })),
    );
    return labelled(
      id,
      title,
      h("input", { ...common, type: "search", list: `${id}-names`, autocomplete: "off", oninput: set }),
      list,
    );
  }
  return labelled(id, title, h("input", { ...common, type: "search", autocomplete: "off", oninput: set }));
}

const labelled = (id, title, ...field) => h("div", { class: "field" }, h("label", { for: id }, title), field);

// Browsers show some dozen proposals; a few hundred reach every name that is worth proposing.
const PROPOSALS = 300;

function mostFrequent(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || byText(a[0], b[0]))
    .slice(0, PROPOSALS)
    .map(([name]) => name);
}
