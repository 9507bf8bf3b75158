// One document: its study cards, its facts, and its text with every mention marked.

const SECTIONS_WITHOUT_FACTS = { quote: "quoted", reference: "references", boilerplate: "frame of the page" };

/** Show the document at that position; `place` is [start, end) of the words to show, or null. */
async function showDocument(position, place, studyId) {
  const head = INDEX.documents[position];
  const reader = byId("reader");
  const address = location.hash;
  reader.setAttribute("aria-busy", "true");
  const doc = { ...(await documentAt(position)), id: head.id };
  // Somebody may have gone on while it was unpacked.
  if (location.hash !== address) return;
  const cut = cutter(doc.text, doc.n_chars);
  const external = new Set(doc.external.map(([start, end]) => `${start}-${end}`));
  const mentions = doc.mentions.map((packed) => mentionOf(packed, external));
  const studies = INDEX.studies.filter((study) => study.document === position);
  byId("reader-title").replaceChildren(head.title);
  byId("reader-about").replaceChildren(...aboutDocument(head, doc));
  byId("reader-studies").replaceChildren(...studies.map((study) => studyCard(study, { withSource: false })));
  byId("reader-facts").replaceChildren(...factLists(doc));
  byId("reader-text").replaceChildren(...textSections(doc, cut, mentions).filter((node) => node !== ""));
  forgetMention();
  walkMentions(mentions, cut);
  reader.removeAttribute("aria-busy");
  document.title = `${head.title} · Cartographer`;
  if (place) pointAt(place, mentions, cut);
  else if (studyId)
    focusOn(reader.querySelector(`[data-study="${CSS.escape(studyId)}"] a`) ?? byId("reader-title"));
  else {
    scrollTo(0, 0);
    byId("reader-title").focus({ preventScroll: true });
  }
}

function focusOn(element) {
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
}

function mentionOf(
  [start, end, label, assertion, setting, annotator, score, concept, cueStart, cueEnd],
  external,
) {
  const known = concept === null ? null : INDEX.concepts[concept];
  return {
    start,
    end,
    label: INDEX.words.labels[label],
    assertion: INDEX.words.assertions[assertion],
    setting: INDEX.words.settings[setting],
    is_external: external.has(`${start}-${end}`),
    annotator: INDEX.words.annotators[annotator],
    score,
    concept: known && known[0],
    concept_name: known && known[1],
    cue: cueStart === null ? null : [cueStart, cueEnd],
  };
}

function aboutDocument(head, doc) {
  const facts = [head.kind, head.publisher, head.published_on].filter(Boolean);
  const original = head.duplicate_of === null ? null : INDEX.documents[head.duplicate_of];
  return [
    h(
      "p",
      {},
      facts.map((words, i) => [i ? " · " : null, bdi(words)]),
      " ",
      head.settings.map(settingBadge),
    ),
    doc.title && doc.title !== head.title
      ? h("details", {}, h("summary", {}, "Full title"), h("p", { dir: "auto", class: "long" }, doc.title))
      : null,
    doc.links.length
      ? h(
          "p",
          {},
          doc.links.map(([name, href], i) => [
            i ? " · " : null,
            h("a", { href, rel: "noopener noreferrer", target: "_blank" }, name),
          ]),
        )
      : null,
    h("p", { class: "origin" }, "Read from ", bdi(doc.source), " · id ", h("code", {}, head.id)),
    original
      ? h(
          "p",
          {},
          "Repeats ",
          h("a", { href: placeAddress(original.id, null), dir: "auto" }, original.title),
          ": it is counted once.",
        )
      : null,
  ].filter(Boolean);
}

function textSections(doc, cut, mentions) {
  const nodes = [];
  let at = 0;
  let next = 0;
  const mentionsBefore = (end) => {
    const from = next;
    while (next < mentions.length && mentions[next].start < end) next += 1;
    return mentions.slice(from, next);
  };
  let sentence = 0;
  for (const [kind, start, end, headingEnd] of doc.sections) {
    nodes.push(between(cut(at, start)));
    const sentences = [];
    while (sentence < doc.sentences.length && doc.sentences[sentence][0] < end)
      sentences.push(doc.sentences[(sentence += 1) - 1]);
    const children = [];
    let from = start;
    for (const [first, last] of sentences) {
      mentionsBefore(first);
      // Blank lines below a heading are its margin.
      const gap = cut(from, first);
      if (from > headingEnd || from === start || gap.trim()) children.push(gap);
      children.push(
        sentenceOf(first, last, last <= headingEnd, marked(cut, first, last, mentionsBefore(last), markOf)),
      );
      from = last;
    }
    children.push(cut(from, end));
    nodes.push(sectionOf(INDEX.words.sections[kind], children));
    at = end;
  }
  nodes.push(between(cut(at, doc.n_chars)));
  return nodes;
}

/** Text that belongs to no section; blank lines between two sections are their margins. */
const between = (text) => (text.trim() ? h("span", { class: "between" }, text) : "");

const sentenceOf = (start, end, isHeading, children) =>
  h(
    "span",
    {
      class: isHeading ? "sentence heading" : "sentence",
      "data-start": start,
      "data-end": end,
      tabindex: -1,
    },
    children,
  );

function sectionOf(kind, children) {
  const note = SECTIONS_WITHOUT_FACTS[kind];
  const name = note ? `${kind}: ${note}, no facts are read here` : kind;
  return h(
    "section",
    { class: note ? "section without-facts" : "section", "data-kind": kind, dir: "auto" },
    h("p", { class: "section-kind" }, name),
    h("div", { class: `section-text kind-${kind}` }, children),
  );
}

/** Scroll to the sentence that holds the place, mark it, and move the focus there. */
function pointAt([start, end], mentions, cut) {
  const text = byId("reader-text");
  const holding = [...text.querySelectorAll(".sentence")].filter(
    (one) => Number(one.dataset.start) < end && start < Number(one.dataset.end),
  );
  for (const one of holding) one.classList.add("is-pointed-at");
  const mark = text.querySelector(`mark[data-at="${start}-${end}"]`);
  const target = mark ?? holding[0];
  if (!target) {
    byId("reader-title").focus();
    return;
  }
  if (mark) selectMention(mark, mentions, cut);
  focusOn(target);
}

/** One stop of the tab key in the text; arrows walk from mention to mention, and the panel tells of each. */
function walkMentions(mentions, cut) {
  const text = byId("reader-text");
  const marks = [...text.querySelectorAll("mark")];
  if (marks.length) marks[0].tabIndex = 0;
  text.onclick = (event) => {
    const mark = event.target.closest("mark");
    if (mark) selectMention(mark, mentions, cut);
  };
  text.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const mark = event.target.closest("mark");
    if (!step || !mark || event.altKey || event.ctrlKey || event.metaKey) return;
    const shown = marks.filter(
      (one) => one === mark || !text.classList.contains(`without-${one.dataset.label}`),
    );
    const other = shown[shown.indexOf(mark) + step];
    if (!other) return;
    event.preventDefault();
    other.focus();
    selectMention(other, mentions, cut);
  };
}

function forgetMention() {
  const details = byId("mention-details");
  details.replaceChildren(h("p", { class: "hint" }, details.dataset.hint));
}

function selectMention(mark, mentions, cut) {
  for (const other of byId("reader-text").querySelectorAll("mark[tabindex='0'], mark.is-selected")) {
    other.tabIndex = -1;
    other.classList.remove("is-selected");
  }
  mark.tabIndex = 0;
  mark.classList.add("is-selected");
  const mention = mentions.find((one) => `${one.start}-${one.end}` === mark.dataset.at);
  byId("mention-details").replaceChildren(...mentionDetails(mention, cut));
}
