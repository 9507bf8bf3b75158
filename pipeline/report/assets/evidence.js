// The evidence table and its cards: one page of rows at a time, however many there are.

const ROWS_A_PAGE = 50;
const CARDS_A_PAGE = 24;
// On paper everything that was filtered; beyond this a printer is the wrong tool, and the paper says so.
const ROWS_ON_PAPER = 500;

const pageSize = () => (asked.view === "cards" ? CARDS_A_PAGE : ROWS_A_PAGE);

function buildEvidence() {
  const form = byId("filters");
  form.append(...COLUMNS.map((column) => filterField(column, () => showEvidence(true))));
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", (event) => {
    asked.search = event.target.value;
    asked.page = 0;
    showEvidence(true);
  });
  byId("clear-filters").addEventListener("click", () => {
    asked.search = "";
    asked.filters = {};
    asked.page = 0;
    fillFields();
    showEvidence(true);
    byId("search").focus();
  });
  const aside = INDEX.studies.filter(isAside).length;
  byId("aside-field").hidden = aside === 0;
  byId("aside-count").textContent = aside.toLocaleString("en");
  byId("aside").addEventListener("change", (event) => {
    asked.aside = event.target.checked;
    asked.page = 0;
    showEvidence(true);
  });
  byId("sort").append(
    ...COLUMNS.flatMap((column) => {
      const name = column.name ?? column.title;
      const [up, down] = column.isNumber
        ? ["lowest first", "highest first"]
        : column.key === "published"
          ? ["oldest first", "newest first"]
          : ["A to Z", "Z to A"];
      return [
        h("option", { value: column.key }, `${name}, ${up}`),
        h("option", { value: `-${column.key}` }, `${name}, ${down}`),
      ];
    }),
  );
  byId("sort").addEventListener("change", (event) =>
    sortBy(event.target.value.replace(/^-/, ""), event.target.value.startsWith("-")),
  );
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      asked.view = button.dataset.view;
      asked.page = 0;
      showEvidence(true);
    });
  }
  byId("evidence-head").append(...COLUMNS.map(headerCell));
  for (const [id, step] of [
    ["page-back", -1],
    ["page-on", 1],
  ]) {
    byId(id).addEventListener("click", () => {
      asked.page += step;
      showEvidence(true);
      byId("evidence-results").scrollIntoView({ block: "start" });
    });
  }
  // A printed page holds what was asked for, not the fifty rows that were on the screen.
  let closed = [];
  addEventListener("beforeprint", () => {
    drawEvidence(true);
    closed = [...document.querySelectorAll("#reader-facts details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    drawEvidence(false);
    for (const details of closed) details.open = false;
  });
  // Filters are at hand where there is room, and out of the way where there is none.
  byId("filter-panel").open = defaultView() === "table";
}

function headerCell(column) {
  const arrow = h("span", { class: "arrow", "aria-hidden": "true" });
  const button = h(
    "button",
    { type: "button", "data-sort": column.key, onclick: () => sortBy(column.key) },
    h("span", {}, column.title),
    arrow,
  );
  return h(
    "th",
    { scope: "col", class: column.isNumber ? "number" : null, "data-column": column.key },
    button,
  );
}

/** The first click on a number sorts from the highest; a second one turns the order round. */
function sortBy(key, descending) {
  const column = COLUMNS.find((one) => one.key === key);
  const first = Boolean(column.isNumber) || key === "published";
  asked.descending = descending ?? (asked.sort === key ? !asked.descending : first);
  asked.sort = key;
  asked.page = 0;
  showEvidence(true);
}

function fillFields() {
  byId("search").value = asked.search;
  byId("aside").checked = asked.aside;
  for (const field of document.querySelectorAll("[data-filter]"))
    field.value = asked.filters[field.dataset.filter] ?? "";
}

/** Draw what is asked for; `told` also writes it into the address, without an entry in the history. */
function showEvidence(told) {
  drawEvidence(false);
  if (told) history.replaceState(history.state, "", evidenceAddress());
}

function drawEvidence(onPaper) {
  const studies = chosenStudies();
  const size = onPaper ? ROWS_ON_PAPER : pageSize();
  const pages = Math.max(1, Math.ceil(studies.length / size));
  const page = onPaper ? 0 : (asked.page = Math.min(asked.page, pages - 1));
  const shown = studies.slice(page * size, (page + 1) * size);
  const isTable = asked.view === "table";
  byId("evidence-table").hidden = !isTable;
  byId("evidence-cards").hidden = isTable;
  byId("evidence-body").replaceChildren(...(isTable ? shown.map(tableRow) : []));
  byId("evidence-cards").replaceChildren(
    ...(isTable ? [] : shown.map((study) => h("li", {}, studyCard(study)))),
  );
  byId("nothing-found").hidden = studies.length > 0;
  const from = page * size + 1;
  const range = shown.length < studies.length ? `, showing ${from}–${from + shown.length - 1}` : "";
  const n = asked.aside ? INDEX.studies.length : INDEX.studies.filter((study) => !isAside(study)).length;
  const all = studies.length < n ? ` of ${n.toLocaleString("en")}` : "";
  byId("evidence-count").textContent =
    `${studies.length.toLocaleString("en")}${all} ${studies.length === 1 && !all ? "study" : "studies"}${range}`;
  byId("evidence-pages").hidden = pages === 1;
  byId("page-number").textContent = `Page ${page + 1} of ${pages}`;
  byId("page-back").disabled = page === 0;
  byId("page-on").disabled = page === pages - 1;
  byId("sort").value = (asked.descending ? "-" : "") + asked.sort;
  const isFiltered = Boolean(asked.search) || Object.values(asked.filters).some(Boolean);
  byId("clear-filters").disabled = !isFiltered;
  for (const button of document.querySelectorAll("[data-view]"))
    button.setAttribute("aria-pressed", String(button.dataset.view === asked.view));
  for (const th of byId("evidence-head").children) {
    const isSorted = th.dataset.column === asked.sort;
    if (isSorted) th.setAttribute("aria-sort", asked.descending ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  }
}

function tableRow(study) {
  const cells = COLUMNS.map((column, i) =>
    h(
      i ? "td" : "th",
      { scope: i ? null : "row", class: column.isNumber ? "number" : null, "data-column": column.key },
      column.cell(study),
    ),
  );
  return h(
    "tr",
    { class: study.setting === "animal" || study.setting === "in_vitro" ? "not-human" : null },
    cells,
  );
}

/** A study as a card: what it is, how many, CRS and ICANS, and where it stands. */
function studyCard(study, { withSource = true } = {}) {
  const doc = docOf(study);
  const fact = (key) => {
    const column = COLUMNS.find((one) => one.key === key);
    return [h("dt", {}, column.title), h("dd", {}, column.cell(study))];
  };
  return h(
    "article",
    { class: "card", "data-study": study.id },
    h("header", {}, h("h3", { class: "clamped" }, COLUMNS[0].cell(study)), settingBadge(study.setting)),
    h("dl", { class: "facts" }, ["targets", "diseases", "phase", "n"].map(fact)),
    h(
      "dl",
      { class: "rates" },
      ["crs", "crs_severe", "icans", "icans_severe"].map((key) => h("div", {}, fact(key))),
    ),
    study.trials.length
      ? h(
          "p",
          { class: "trials" },
          "Registered as ",
          study.trials.map((trial, i) => [i ? ", " : null, trialLink(trial)]),
        )
      : null,
    withSource
      ? h(
          "footer",
          {},
          sourceCell(study),
          doc.published_on ? h("time", { datetime: doc.published_on }, doc.published_on) : null,
        )
      : null,
  );
}

function trialLink(trial) {
  if (!/^NCT\d{8}$/.test(trial)) return bdi(trial);
  return h(
    "a",
    { href: `https://clinicaltrials.gov/study/${trial}`, rel: "noopener noreferrer", target: "_blank" },
    trial,
  );
}
