// The columns of the evidence table: how each is filtered, sorted and shown. One list serves table and cards.

const percentOf = (rate) =>
  rate.percent ??
  (rate.at_risk && rate.affected !== null ? (100 * rate.affected) / rate.at_risk : rate.denied ? 0 : null);

const rounded = (percent) => `${Math.round(percent * 10) / 10}%`;

/** A rate as stated: "36/38 (95%)", "94.6%", "5 affected", "seen"; "0/12" or "denied" where it was denied. */
function rateWords(rate) {
  const percent = percentOf(rate);
  if (rate.denied) return rate.at_risk ? `0/${rate.at_risk}` : "denied";
  if (rate.affected !== null && rate.at_risk)
    return `${rate.affected}/${rate.at_risk} (${Math.round(percent)}%)`;
  if (percent !== null) return rounded(percent);
  return rate.affected === null ? "seen" : `${rate.affected} affected`;
}

function rateCell(study, key, name) {
  const rate = study[key];
  if (!rate) return h("span", { class: "nothing" }, "–", spoken("not stated"));
  const words = rateWords(rate);
  const shown = rate.denied ? h("span", { class: "nought" }, `✕ ${words}`) : words;
  const said = rate.denied ? `denied, ${words}` : words;
  // Before 2019 ICANS was told as neurotoxicity; the cell says so, since the two are not quite the same.
  const other = key.startsWith("icans") && study.icans_term === "neurotoxicity" ? "neurotoxicity" : null;
  return [
    toSentence(
      docOf(study).id,
      rate.at,
      shown,
      `${name}: ${[said, other].filter(Boolean).join(", ")}. Show the sentence`,
    ),
    other ? h("small", { class: "role" }, other) : null,
  ];
}

const docOf = (study) => INDEX.documents[study.document];
const productOf = (study) => study.product ?? "product not named";
const studyAddress = (study) => `#study=${encodeURIComponent(study.id)}`;

const COMPARATORS = { "=": "", "~": "about ", ">=": "≥ ", "<=": "≤ " };
const ROLES = { external: "of another study" };
const roleWords = (role) => ROLES[role] ?? role;

function namesCell(study, key, what) {
  const names = study[key];
  if (!names.length) return h("span", { class: "nothing" }, "–", spoken("not stated"));
  const words = names.map((name, i) => [i ? ", " : null, bdi(name)]);
  return toSentence(
    docOf(study).id,
    study[`${key}_at`],
    words,
    `${what}: ${names.join(", ")}. Show the sentence`,
  );
}

function subjectsCell(study) {
  if (study.n === null) return h("span", { class: "nothing" }, "–", spoken("not stated"));
  const number = COMPARATORS[study.n_comparator ?? "="] + study.n.toLocaleString("en");
  const what = `${study.n_unit ?? "subjects"}, ${roleWords(study.n_role)}`;
  return [
    toSentence(docOf(study).id, study.n_at, number, `${number} ${what}. Show the sentence`),
    h("small", { class: "role" }, what),
  ];
}

function sourceCell(study) {
  const doc = docOf(study);
  return [
    h("a", { class: "clamped", href: placeAddress(doc.id, null), dir: "auto" }, doc.title),
    h("small", { class: "role" }, doc.kind, doc.duplicate_of === null ? null : ", repeats another document"),
  ];
}

const rateColumn = (key, title, name) => ({
  key,
  title,
  name,
  filter: "at least %",
  value: (study) => (study[key] ? percentOf(study[key]) : null),
  cell: (study) => rateCell(study, key, name),
  isNumber: true,
});

const COLUMNS = [
  {
    key: "product",
    title: "Product",
    filter: "text",
    value: (study) => study.product,
    cell: (study) => [
      h(
        "a",
        { href: studyAddress(study), class: "product clamped" },
        study.product ? bdi(study.product) : productOf(study),
      ),
      study.is_planned ? h("span", { class: "badge" }, "planned") : null,
      study.repeats ? h("span", { class: "badge" }, "told again") : null,
    ],
  },
  {
    key: "targets",
    title: "Target",
    filter: "list",
    value: (study) => study.targets.join(", "),
    cell: (study) => namesCell(study, "targets", "Target"),
  },
  {
    key: "diseases",
    title: "Disease",
    filter: "list",
    value: (study) => study.diseases.join(", "),
    cell: (study) => namesCell(study, "diseases", "Disease"),
  },
  {
    key: "setting",
    title: "Studied in",
    filter: "choice",
    value: (study) => SETTINGS[study.setting].word,
    cell: (study) => settingBadge(study.setting),
  },
  {
    key: "phase",
    title: "Phase",
    filter: "choice",
    value: (study) => study.phase,
    cell: (study) => study.phase ?? h("span", { class: "nothing" }, "–", spoken("not stated")),
  },
  {
    key: "n",
    title: "Subjects",
    filter: "at least",
    value: (study) => study.n,
    cell: subjectsCell,
    isNumber: true,
  },
  rateColumn("crs", "CRS", "CRS of any grade"),
  rateColumn("crs_severe", "CRS grade\u00a0≥\u00a03", "CRS of grade 3 or higher"),
  rateColumn("icans", "ICANS", "ICANS of any grade"),
  rateColumn("icans_severe", "ICANS grade\u00a0≥\u00a03", "ICANS of grade 3 or higher"),
  {
    key: "published",
    title: "Published",
    filter: "from year",
    value: (study) => docOf(study).published_on,
    cell: (study) => docOf(study).published_on ?? h("span", { class: "nothing" }, "–", spoken("not dated")),
  },
  { key: "source", title: "Source", filter: "text", value: (study) => docOf(study).title, cell: sourceCell },
];
