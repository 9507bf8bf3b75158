// The facts of one document, each with the way to its sentence.

function gradeWords(event) {
  const [low, high] = [event.grade_min, event.grade_max];
  if (low === null && high === null) return null;
  if (low === high) return `grade ${low}`;
  if (high === null) return `grade ≥ ${low}`;
  if (low === null) return `grade ≤ ${high}`;
  return `grade ${low}–${high}`;
}

function eventFigures(event) {
  const figures = [];
  if (event.n_affected !== null)
    figures.push(
      event.n_at_risk === null ? `${event.n_affected} affected` : `${event.n_affected}/${event.n_at_risk}`,
    );
  if (event.percent !== null) figures.push(rounded(event.percent));
  return figures.join(", ");
}

function eventFact(doc, event) {
  const what = [event.term, gradeWords(event), eventFigures(event)].filter(Boolean).join(", ");
  const words = h("span", { class: event.assertion === "absent" ? "denied" : null }, bdi(event.term));
  return factLine(
    doc,
    event,
    [
      words,
      h(
        "span",
        { class: "figures" },
        [gradeWords(event), eventFigures(event)].filter(Boolean).map((part) => `, ${part}`),
      ),
    ],
    what,
    [
      assertionBadge(event.assertion),
      settingBadge(event.setting),
      event.is_external ? h("span", { class: "badge is-external" }, "another study") : null,
    ],
  );
}

function cohortFact(doc, cohort) {
  const sign = { "=": "", "~": "about ", ">=": "at least ", "<=": "at most " }[cohort.comparator];
  const what = `${sign}${cohort.n.toLocaleString("en")} ${cohort.unit}`;
  return factLine(doc, cohort, [bdi(what)], what, [
    cohort.role === "external"
      ? h("span", { class: "badge is-external" }, "another study")
      : h("span", { class: "badge" }, cohort.role),
    settingBadge(cohort.setting),
  ]);
}

const PREDICATES = {
  targets: "targets",
  treats: "treats",
  causes: "causes",
  enrolled: "enrolled",
  expressed_in: "is expressed in",
};

function relationFact(doc, relation) {
  const verb = PREDICATES[relation.predicate];
  const what = `${relation.subject} ${verb} ${relation.object}`;
  const parts = [bdi(relation.subject), h("em", {}, ` ${verb} `), bdi(relation.object)];
  return factLine(
    doc,
    relation,
    [h("span", { class: relation.assertion === "absent" ? "denied" : null }, parts)],
    what,
    [
      relation.status ? h("span", { class: "badge" }, relation.status) : null,
      assertionBadge(relation.assertion),
      settingBadge(relation.setting),
    ],
  );
}

function factLine(doc, fact, words, what, badges) {
  return h("li", {}, toSentence(doc.id, fact.at, words, `${what}. Show the sentence`), " ", badges);
}

/** All facts of a document in three lists: open where there is room beside the text, else when asked for. */
function factLists(doc) {
  const groups = [
    ["Adverse events", doc.adverse_events, eventFact],
    ["Groups of subjects", doc.cohorts, cohortFact],
    ["Relations", doc.relations, relationFact],
  ];
  const hasRoom = matchMedia("(min-width: 901px)").matches;
  if (!groups.some(([, facts]) => facts.length))
    return [h("p", { class: "soft" }, "None were read from this document.")];
  return groups
    .filter(([, facts]) => facts.length)
    .map(([title, facts, fact], i) =>
      h(
        "details",
        { open: hasRoom && (i === 0 || facts.length <= 6) },
        h("summary", {}, `${title} (${facts.length})`),
        h(
          "ul",
          { class: "fact-list" },
          facts.map((one) => fact(doc, one)),
        ),
      ),
    );
}
