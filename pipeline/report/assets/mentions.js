// A text with its mentions: which words are marked, and how.

const LABELS = {
  ANTIGEN: { word: "antigen", tag: "AG" },
  GENE: { word: "gene", tag: "G" },
  DISEASE: { word: "disease", tag: "DIS" },
  ADVERSE_EVENT: { word: "adverse event", tag: "AE" },
  THERAPY: { word: "therapy", tag: "TX" },
  CHEMICAL: { word: "chemical", tag: "CH" },
  COHORT: { word: "cohort", tag: "N" },
};

const ASSERTION_TAGS = { absent: "denied", possible: "possible", hypothetical: "if", historical: "past" };

/** Cuts by characters as the tables count them; only texts with characters beyond the BMP pay for it. */
function cutter(text, nChars) {
  if (text.length === nChars) return (start, end) => text.slice(start, end);
  const characters = Array.from(text);
  return (start, end) => characters.slice(start, end).join("");
}

/** Nodes for `[start, end)`: plain text, and a mark for each mention; marks in marks where they nest. */
function marked(cut, start, end, mentions, mark) {
  const nodes = [];
  let at = start;
  for (let i = 0; i < mentions.length;) {
    const outer = mentions[i];
    const from = Math.max(outer.start, at);
    const to = Math.min(outer.end, end);
    const inner = [];
    // What crosses the end of the outer one is cut there; its mark says what it is all the same.
    for (i += 1; i < mentions.length && mentions[i].start < to; i += 1) inner.push(mentions[i]);
    if (to <= from) continue;
    nodes.push(cut(at, from), mark(outer, marked(cut, from, to, inner, mark)));
    at = to;
  }
  nodes.push(cut(at, end));
  return nodes;
}

/** What stands beside a mention: its type, how it is meant, and whether it is another study's. */
function tagOf(label, assertion, isExternal) {
  const parts = [LABELS[label].tag, ASSERTION_TAGS[assertion], isExternal ? "other study" : null].filter(
    Boolean,
  );
  return parts.join(" ").replaceAll(" ", "\u00a0");
}

function markOf({ label, assertion, is_external, start, end }, children) {
  const attributes = {
    "data-label": label,
    "data-tag": tagOf(label, assertion, is_external),
    class: `mention is-${assertion}`,
  };
  if (is_external) attributes.class += " is-external";
  // Those of the legend stand nowhere.
  if (start !== undefined) Object.assign(attributes, { "data-at": `${start}-${end}`, tabindex: -1 });
  return h("mark", attributes, h("span", { class: "words" }, children));
}

/** What is known of a mention, as a definition list. */
function mentionDetails(mention, cut) {
  const rows = [
    ["Type", LABELS[mention.label].word],
    ["Said to be", mention.assertion === "present" ? "present" : ASSERTIONS[mention.assertion]],
    mention.is_external ? ["Seen in", "another study"] : null,
    mention.cue ? ["Decided by", h("q", {}, bdi(cut(...mention.cue)))] : null,
    ["Studied in", settingBadge(mention.setting)],
    mention.concept
      ? ["Names", [bdi(mention.concept_name), h("code", {}, mention.concept)]]
      : ["Names", "no concept known"],
    [
      "Found by",
      mention.annotator + (mention.score === null ? "" : `, confidence ${mention.score.toFixed(2)}`),
    ],
    ["Characters", `${mention.start}–${mention.end}`],
  ].filter(Boolean);
  return [
    h("p", { class: "mention-words", dir: "auto" }, cut(mention.start, mention.end)),
    h(
      "dl",
      {},
      rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
  ];
}
